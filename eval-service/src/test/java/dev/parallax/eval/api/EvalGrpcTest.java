package dev.parallax.eval.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import dev.parallax.eval.fixtures.EmbeddingPeer;
import dev.parallax.eval.fixtures.ImageFolders;
import dev.parallax.eval.fixtures.PeerResource;
import dev.parallax.eval.v1.CancelEvaluationRequest;
import dev.parallax.eval.v1.CreateEvaluationRequest;
import dev.parallax.eval.v1.EvalServiceGrpc;
import dev.parallax.eval.v1.EvalServiceGrpc.EvalServiceBlockingStub;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.GalleryItem;
import dev.parallax.eval.v1.GalleryOptions;
import dev.parallax.eval.v1.GetEvaluationRequest;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.eval.v1.LinearProtocol;
import dev.parallax.eval.v1.ListEvaluationsRequest;
import dev.parallax.eval.v1.MapOptions;
import dev.parallax.eval.v1.WatchEvaluationRequest;
import dev.parallax.eval.v1.WatchEvaluationResponse;
import dev.parallax.images.ImageDecoder;
import dev.parallax.images.RgbImage;
import dev.parallax.job.v1.JobState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(PeerResource.class)
@Timeout(60)
class EvalGrpcTest {
  @Inject ValueRegistry values;
  @PeerResource.Peer EmbeddingPeer peer;
  @TempDir Path folder;

  private ManagedChannel channel;
  private EvalServiceBlockingStub eval;
  private Path train;
  private Path test;

  @BeforeEach
  void connect() throws Exception {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .maxInboundMessageSize(16 << 20)
            .usePlaintext()
            .build();
    eval = EvalServiceGrpc.newBlockingStub(channel).withDeadlineAfter(50, TimeUnit.SECONDS);
    train = ImageFolders.write(folder.resolve("train"), ImageFolders.CLASSES, 20, 1);
    test = ImageFolders.write(folder.resolve("test"), ImageFolders.CLASSES, 10, 2);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
    peer.release();
  }

  @Test
  void evaluation_measuresTheServedModel_andKeepsItsProtocol() throws Exception {
    Evaluation created = create(spec().build());
    assertThat(created.getStatus().getState())
        .isIn(JobState.JOB_STATE_QUEUED, JobState.JOB_STATE_RUNNING);
    List<Evaluation> seen = watch(created.getId());
    Evaluation last = seen.getLast();

    assertThat(last.getStatus().getState())
        .as(last.getStatus().getError())
        .isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(seen).extracting(e -> e.getStatus().getProgress()).isSorted();
    assertThat(last.getResult().hasGallery()).isFalse();
    EvaluationResult result = get(created.getId()).getResult();
    assertThat(result.getModel()).isEqualTo("pixels");
    assertThat(result.getVersion()).isEqualTo(EmbeddingPeer.NEWEST);
    assertThat(result.getModelSha256()).isEqualTo("ab".repeat(32));
    assertThat(result.getClassesList()).isEqualTo(ImageFolders.CLASSES);
    assertThat(result.getEmbeddingSize()).isEqualTo(12);
    assertThat(result.getTrain().getImages()).isEqualTo(60);
    assertThat(result.getTrain().getUri()).isEqualTo(train.toString());
    assertThat(result.getTrain().getSha256()).matches("[0-9a-f]{64}");
    assertThat(result.getTest().getMajority()).isEqualTo(1 / 3.0);
    assertThat(result.getKnn().getAccuracy()).isGreaterThan(0.9);
    assertThat(result.getKnn().getK()).isEqualTo(6);
    assertThat(result.getKnn().getTemperature()).isEqualTo(0.1);
    assertThat(result.getLinear().getAccuracy()).isGreaterThan(0.9);
    assertThat(result.getLinear().getTriedCount()).isEqualTo(7);
    assertThat(result.getLinear().getConverged()).isTrue();
    assertThat(result.getSecondsMap()).containsKeys("features", "knn", "linear", "gallery", "map");
    assertThat(result.getMap().getPointsCount()).isEqualTo(20);
    assertThat(result.getMap().getMethod()).contains("t-SNE", "perplexity");
  }

  @Test
  void gallery_showsRealImages_nearestFirst() throws Exception {
    EvaluationResult result = finish(spec().build()).getResult();

    assertThat(result.getGallery().getQueriesCount()).isEqualTo(3);
    result
        .getGallery()
        .getQueriesList()
        .forEach(
            query -> {
              assertThat(query.getNeighborsList())
                  .hasSize(4)
                  .extracting(GalleryItem::getSimilarity)
                  .isSortedAccordingTo((a, b) -> Double.compare(b, a));
              assertThat(query.getImage().getName())
                  .startsWith(result.getClasses(query.getImage().getLabel()));
            });
    RgbImage thumbnail =
        ImageDecoder.withDefaultLimits()
            .decode(result.getGallery().getQueries(0).getImage().getThumbnailPng().toByteArray());
    RgbImage original =
        ImageDecoder.withDefaultLimits()
            .decode(
                Files.readAllBytes(
                    test.resolve(result.getGallery().getQueries(0).getImage().getName())));
    assertThat(thumbnail.rgb()).isEqualTo(original.rgb());
  }

  @Test
  void secondEvaluation_ofTheSameModelAndData_asksForNoEmbeddings() throws Exception {
    EvaluationResult first = finish(spec().build()).getResult();
    int before = peer.embedded();
    EvaluationResult second = finish(spec().clearLinear().build()).getResult();

    assertThat(peer.embedded()).isEqualTo(before);
    assertThat(second.getKnn()).isEqualTo(first.getKnn());
  }

  @Test
  void samples_areBalanced_andSoSaid() throws Exception {
    EvaluationResult result =
        finish(spec().setMaxTrainImages(30).setMaxTestImages(9).clearMap().build()).getResult();

    assertThat(result.getTrain().getImages()).isEqualTo(30);
    assertThat(result.getTrain().getMajority()).isEqualTo(1 / 3.0);
    assertThat(result.getTest().getImages()).isEqualTo(9);
  }

  @Test
  void corruptImages_areCountedNamedAndSkipped() throws Exception {
    Files.write(train.resolve("red/0003.png"), new byte[0]);
    Files.writeString(test.resolve("blue/0001.png"), "this is text");
    Evaluation done = finish(spec().build());

    assertThat(done.getStatus().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(done.getResult().getTrain().getSkippedImages()).isEqualTo(1);
    assertThat(done.getResult().getTrain().getImages()).isEqualTo(59);
    assertThat(done.getResult().getTest().getSkippedImages()).isEqualTo(1);
    assertThat(done.getStatus().getWarningsList())
        .anyMatch(line -> line.contains("red/0003.png"))
        .anyMatch(line -> line.contains("blue/0001.png"));
  }

  @Test
  void tooManyCorruptImages_failTheEvaluation_withOneLine() throws Exception {
    for (int i = 0; i < 12; i++) {
      Files.writeString(train.resolve("red/%04d.png".formatted(i)), "text");
    }
    Evaluation done = finish(spec().build());

    assertThat(done.getStatus().getState()).isEqualTo(JobState.JOB_STATE_FAILED);
    assertThat(done.getStatus().getError())
        .contains("11 of the 60 images", "allowed: at most 10")
        .doesNotContain("\n");
  }

  @Test
  void modelThatReturnsNaN_failsTheEvaluation() throws Exception {
    peer.breakModel(true);
    try {
      Evaluation done = finish(fresh().build());
      assertThat(done.getStatus().getError()).contains("not finite");
    } finally {
      peer.breakModel(false);
    }
  }

  @Test
  void cancel_endsARunningEvaluation() throws Exception {
    peer.hold();
    Evaluation created = create(fresh().build());
    peer.awaitHeld();
    eval.cancelEvaluation(CancelEvaluationRequest.newBuilder().setId(created.getId()).build());

    assertThat(watch(created.getId()).getLast().getStatus().getState())
        .isEqualTo(JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void repeatedCreate_withTheSameRequestId_isTheSameEvaluation() throws Exception {
    CreateEvaluationRequest request =
        CreateEvaluationRequest.newBuilder().setSpec(spec()).setRequestId("r-1").build();
    assertThat(eval.createEvaluation(request).getId())
        .isEqualTo(eval.createEvaluation(request).getId());
  }

  @Test
  void list_isNewestFirst_andBrief() throws Exception {
    String older = finish(spec().build()).getId();
    String newer = finish(spec().build()).getId();
    List<Evaluation> listed =
        eval.listEvaluations(ListEvaluationsRequest.newBuilder().setPageSize(2).build())
            .getEvaluationsList();

    assertThat(listed).extracting(Evaluation::getId).containsExactly(newer, older);
    assertThat(listed.getFirst().getResult().hasGallery()).isFalse();
    assertThat(listed.getFirst().getResult().hasKnn()).isTrue();
  }

  @Test
  void unlabelledSet_isRefused() throws Exception {
    Path flat = Files.createDirectories(folder.resolve("flat"));
    Files.copy(train.resolve("red/0000.png"), flat.resolve("a.png"));
    Files.copy(train.resolve("red/0001.png"), flat.resolve("b.png"));

    assertRefused(spec().setTrainData(flat.toString()), "spec.train_data", "has no labels");
    assertRefused(spec().setTestData(flat.toString()), "spec.test_data", "has no labels");
  }

  @Test
  void setWithOneClass_isRefused() throws Exception {
    Path one = ImageFolders.write(folder.resolve("one"), List.of("red"), 5, 3);
    assertRefused(spec().setTrainData(one.toString()), "spec.train_data", "2 classes or more");
  }

  @Test
  void testClassThatTrainingHasNot_isRefused() throws Exception {
    Path more = ImageFolders.write(folder.resolve("more"), List.of("red", "violet"), 3, 3);
    assertRefused(
        spec().setTestData(more.toString()), "spec.test_data", "class \"violet\"", "blue, green");
  }

  @Test
  void dataThatDoesNotExist_isRefused() {
    assertRefused(spec().setTrainData("/nowhere/x"), "spec.train_data", "/nowhere/x");
  }

  @Test
  void moreNeighborsThanTheGallery_areRefused() {
    assertRefused(
        spec().setKnn(KnnProtocol.newBuilder().setK(61)), "spec.knn.k", "allowed: 1 to 60");
  }

  @Test
  void modelThatIsNotServed_isNotFound() {
    assertThatThrownBy(() -> create(spec().setModel("other").build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND))
        .hasMessageContaining("serves no model \"other\"");
  }

  @Test
  void embeddingServiceThatIsAway_isUnavailable_andTheServiceGoesOn() throws Exception {
    peer.stop();
    try {
      assertThatThrownBy(() -> create(spec().build()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    } finally {
      peer.start();
    }
    assertThat(finish(spec().build()).getStatus().getState())
        .isEqualTo(JobState.JOB_STATE_SUCCEEDED);
  }

  @Test
  void unknownEvaluation_isNotFound() {
    assertThatThrownBy(() -> get("nosuchid"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
    assertThatThrownBy(() -> watch("nosuchid"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
  }

  /** Images that no test before has embedded. */
  private EvaluationSpec.Builder fresh() throws Exception {
    Path images = folder.resolve("fresh" + System.nanoTime());
    return spec()
        .setTrainData(
            ImageFolders.write(images, ImageFolders.CLASSES, 12, System.nanoTime()).toString());
  }

  private EvaluationSpec.Builder spec() {
    return EvaluationSpec.newBuilder()
        .setModel("pixels")
        .setTrainData(train.toString())
        .setTestData(test.toString())
        .setKnn(KnnProtocol.getDefaultInstance())
        .setLinear(LinearProtocol.getDefaultInstance())
        .setGallery(GalleryOptions.newBuilder().setQueries(3).setNeighbors(4))
        .setMap(MapOptions.newBuilder().setPoints(20));
  }

  private Evaluation create(EvaluationSpec spec) {
    return eval.createEvaluation(CreateEvaluationRequest.newBuilder().setSpec(spec).build());
  }

  private Evaluation get(String id) {
    return eval.getEvaluation(GetEvaluationRequest.newBuilder().setId(id).build());
  }

  private List<Evaluation> watch(String id) {
    List<Evaluation> seen = new ArrayList<>();
    eval.watchEvaluation(WatchEvaluationRequest.newBuilder().setId(id).build())
        .forEachRemaining((WatchEvaluationResponse r) -> seen.add(r.getEvaluation()));
    return seen;
  }

  private Evaluation finish(EvaluationSpec spec) {
    String id = create(spec).getId();
    watch(id);
    return get(id);
  }

  private void assertRefused(EvaluationSpec.Builder spec, String field, String... words) {
    assertThatThrownBy(() -> create(spec.build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).contains(words);
              assertThat(fieldOf(e)).isEqualTo(field);
            });
  }

  private static String fieldOf(StatusRuntimeException e) {
    return StatusProto.fromThrowable(e).getDetailsList().stream()
        .filter(detail -> detail.is(BadRequest.class))
        .map(
            detail -> {
              try {
                return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
              } catch (InvalidProtocolBufferException x) {
                throw new IllegalStateException(x);
              }
            })
        .findFirst()
        .orElse("");
  }
}
