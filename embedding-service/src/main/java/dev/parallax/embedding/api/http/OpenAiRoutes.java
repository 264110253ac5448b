package dev.parallax.embedding.api.http;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.api.CallSpans;
import dev.parallax.embedding.api.MessageFacts;
import dev.parallax.embedding.api.inference.InferenceModels;
import dev.parallax.embedding.api.inference.ModelNames;
import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Embeddings and models as OpenAI's clients ask for them. */
public final class OpenAiRoutes {
  private static final String PREFIX = "/v1";
  private static final Operation EMBEDDINGS =
      Operation.openAi(HttpMethod.POST, PREFIX + "/embeddings", "Embed");
  private static final Operation MODELS =
      Operation.openAi(HttpMethod.GET, PREFIX + "/models", "ListModels");
  private static final Operation MODEL =
      Operation.openAi(HttpMethod.GET, PREFIX + "/models/:model", "GetModel");

  private final HttpDoor door;
  private final Access access;
  private final Embedder embedder;
  private final ModelCatalog catalog;
  private final CallSpans spans;

  public OpenAiRoutes(
      HttpDoor door, Access access, Embedder embedder, ModelCatalog catalog, CallSpans spans) {
    this.door = requireNonNull(door, "door is null");
    this.access = requireNonNull(access, "access is null");
    this.embedder = requireNonNull(embedder, "embedder is null");
    this.catalog = requireNonNull(catalog, "catalog is null");
    this.spans = requireNonNull(spans, "spans is null");
  }

  /** To be called once. */
  public void addTo(Router router) {
    door.routeBody(router, EMBEDDINGS, this::embeddings);
    door.route(router, MODELS, call -> CompletableFuture.completedFuture(Answer.ok(models())));
    door.route(router, MODEL, this::model);
    door.routeRest(router, List.of(EMBEDDINGS, MODELS, MODEL), PREFIX, ErrorFormat.OPENAI);
  }

  private CompletableFuture<Answer> embeddings(HttpCall call, Body body) {
    EmbeddingsRequest request = EmbeddingsRequest.read(body, embedder.maxImages());
    int images = request.images().size();
    call.record().asked(MessageFacts.request(request.model(), images));
    access.charge(call.caller(), images);
    EmbedCall embed =
        new EmbedCall(
            query(request.model()),
            request.images(),
            List.of(),
            request.l2Normalize(),
            Priority.DEFAULT);
    return embedder
        .embed(embed, call.life(), WhenFull.REFUSE)
        .thenApplyAsync(answer -> answered(call, request, answer), door.workers());
  }

  private Answer answered(HttpCall call, EmbeddingsRequest request, EmbedAnswer answer) {
    MessageFacts facts = MessageFacts.answer(answer);
    call.record().sent(facts);
    spans.tell(call.trace(), facts);
    return Answer.ok(EmbeddingsJson.embeddings(request, answer));
  }

  private static ModelQuery query(String model) {
    return ModelNames.query("model", model, "model", "");
  }

  /** Models of which a version can be called. */
  private byte[] models() {
    return EmbeddingsJson.models(
        catalog.snapshot().models().stream().flatMap(this::newest).toList());
  }

  private Stream<VersionEntry> newest(String model) {
    return catalog.snapshot().versions(model).stream().filter(InferenceModels::isCallable).limit(1);
  }

  private CompletableFuture<Answer> model(HttpCall call) {
    String name = call.parameter("model");
    return catalog
        .describe(query(name))
        .thenApply(entry -> Answer.ok(EmbeddingsJson.model(name, entry)));
  }
}
