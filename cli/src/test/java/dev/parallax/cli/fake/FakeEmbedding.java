package dev.parallax.cli.fake;

import com.google.protobuf.util.JsonFormat;
import dev.parallax.embedding.v1.DeleteAliasRequest;
import dev.parallax.embedding.v1.DeleteAliasResponse;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ImageError;
import dev.parallax.embedding.v1.ListAliasesRequest;
import dev.parallax.embedding.v1.ListAliasesResponse;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelState;
import dev.parallax.embedding.v1.RequestError;
import dev.parallax.embedding.v1.SetAliasRequest;
import dev.parallax.embedding.v1.Vector;
import dev.parallax.model.v1.Alias;
import dev.parallax.model.v1.Manifest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * An embedding service of 4 dimensions. A file "image N" becomes (N, N + 0.25, N + 0.5, N + 0.75);
 * others are unreadable. Pixels become their first four bytes. Every third request of a stream is
 * refused at first, so that answers come out of order.
 */
public final class FakeEmbedding extends EmbeddingServiceGrpc.EmbeddingServiceImplBase {
  private final Path repository;
  private final Map<String, Map<String, Alias>> aliases = new ConcurrentHashMap<>();

  public FakeEmbedding(Path repository) {
    this.repository = repository;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
    Replies.answer(observer, ListModelsResponse.newBuilder().addAllModels(models()).build());
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> observer) {
    String name = request.getModel().getModel();
    Optional<Model> model =
        models().stream().filter(m -> m.getManifest().getModel().equals(name)).findFirst();
    if (model.isEmpty()) {
      observer.onError(Replies.notFound("model " + name));
    } else {
      Replies.answer(observer, model.get());
    }
  }

  @Override
  public void listAliases(
      ListAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
    Replies.answer(
        observer,
        ListAliasesResponse.newBuilder()
            .addAllAliases(aliasesOf(request.getModel()).values())
            .build());
  }

  @Override
  public void setAlias(SetAliasRequest request, StreamObserver<Alias> observer) {
    Alias alias = request.getAlias();
    if (models().stream().noneMatch(m -> m.getManifest().getVersion() == alias.getVersion())) {
      observer.onError(Replies.notFound(request.getModel() + "/" + alias.getVersion()));
      return;
    }
    aliasesOf(request.getModel()).put(alias.getName(), alias);
    Replies.answer(observer, alias);
  }

  @Override
  public void deleteAlias(
      DeleteAliasRequest request, StreamObserver<DeleteAliasResponse> observer) {
    if (aliasesOf(request.getModel()).remove(request.getAlias()) == null) {
      observer.onError(Replies.notFound(request.getModel() + "@" + request.getAlias()));
      return;
    }
    Replies.answer(observer, DeleteAliasResponse.getDefaultInstance());
  }

  private Map<String, Alias> aliasesOf(String model) {
    return aliases.computeIfAbsent(model, _ -> new ConcurrentSkipListMap<>());
  }

  @Override
  public StreamObserver<EmbedStreamRequest> embedStream(
      StreamObserver<EmbedStreamResponse> responses) {
    Set<Long> refused = new HashSet<>();
    return new StreamObserver<>() {
      @Override
      public void onNext(EmbedStreamRequest request) {
        EmbedStreamResponse.Builder response =
            EmbedStreamResponse.newBuilder().setId(request.getId());
        if (request.getId() % 3 == 1 && refused.add(request.getId())) {
          response.setError(
              RequestError.newBuilder()
                  .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                  .setMessage("the queue is full"));
        } else {
          response.setResponse(embed(request.getRequest()));
        }
        responses.onNext(response.build());
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  private static EmbedResponse embed(EmbedRequest request) {
    EmbedResponse.Builder response = EmbedResponse.newBuilder().setModel(request.getModel());
    for (int i = 0; i < request.getImagesCount(); i++) {
      response.addResults(result(i, request.getImages(i)));
    }
    return response.build();
  }

  private static EmbedResult result(int index, Image image) {
    Vector.Builder vector = Vector.newBuilder();
    if (image.hasPixels()) {
      for (int d = 0; d < 4; d++) {
        vector.addValues(image.getPixels().getRgb().byteAt(d) & 0xFF);
      }
      return EmbedResult.newBuilder().setVector(vector).build();
    }
    String text = image.getEncoded().toString(StandardCharsets.UTF_8);
    if (!text.startsWith("image ")) {
      return EmbedResult.newBuilder()
          .setError(ImageError.newBuilder().setIndex(index).setMessage("is no image"))
          .build();
    }
    float first = Float.parseFloat(text.substring(6));
    for (int d = 0; d < 4; d++) {
      vector.addValues(first + d / 4f);
    }
    return EmbedResult.newBuilder().setVector(vector).build();
  }

  private List<Model> models() {
    if (!Files.isDirectory(repository)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(repository)) {
      return files
          .filter(file -> file.endsWith("manifest.json"))
          .sorted(Comparator.reverseOrder())
          .map(FakeEmbedding::model)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Model model(Path file) {
    Manifest.Builder manifest = Manifest.newBuilder();
    try {
      JsonFormat.parser().merge(Files.readString(file), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Model.newBuilder().setManifest(manifest).setState(ModelState.MODEL_STATE_READY).build();
  }
}
