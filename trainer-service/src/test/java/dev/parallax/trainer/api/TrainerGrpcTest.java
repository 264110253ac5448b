package dev.parallax.trainer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import dev.parallax.job.v1.JobState;
import dev.parallax.trainer.control.Specs;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.CancelTrainingJobRequest;
import dev.parallax.trainer.v1.CreateTrainingJobRequest;
import dev.parallax.trainer.v1.GetTrainingJobRequest;
import dev.parallax.trainer.v1.ListRecipesRequest;
import dev.parallax.trainer.v1.ListTrainingJobsRequest;
import dev.parallax.trainer.v1.ListTrainingJobsResponse;
import dev.parallax.trainer.v1.ParseRecipeRequest;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainerServiceGrpc;
import dev.parallax.trainer.v1.TrainerServiceGrpc.TrainerServiceBlockingStub;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.v1.WatchTrainingJobRequest;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service over the wire, as a client of any language meets it. */
@QuarkusTest
@TestProfile(ScriptedTrainer.class)
@Timeout(60)
class TrainerGrpcTest {
  @TestHTTPResource("/")
  URI http;

  private ManagedChannel channel;
  private TrainerServiceBlockingStub trainer;

  @BeforeEach
  void connect() {
    int port = ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", Integer.class);
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    trainer = TrainerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(50, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  private TrainingJob create(TrainingSpec spec, String requestId) {
    return trainer.createTrainingJob(
        CreateTrainingJobRequest.newBuilder().setSpec(spec).setRequestId(requestId).build());
  }

  private TrainingJob get(String id) {
    return trainer.getTrainingJob(GetTrainingJobRequest.newBuilder().setId(id).build());
  }

  private Iterator<WatchTrainingJobResponse> watch(String id) {
    return trainer.watchTrainingJob(WatchTrainingJobRequest.newBuilder().setId(id).build());
  }

  private TrainingJob cancel(String id) {
    return trainer.cancelTrainingJob(CancelTrainingJobRequest.newBuilder().setId(id).build());
  }

  private TrainingJob last(String id) {
    TrainingJob last = null;
    for (Iterator<WatchTrainingJobResponse> jobs = watch(id); jobs.hasNext(); ) {
      last = jobs.next().getJob();
    }
    return last;
  }

  private static StatusRuntimeException failure(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  private static String field(StatusRuntimeException e) throws Exception {
    return StatusProto.fromThrowable(e)
        .getDetails(1)
        .unpack(BadRequest.class)
        .getFieldViolations(0)
        .getField();
  }

  @Test
  void job_isWatchedToItsEndWithEveryPointOnce() {
    String id = create(Specs.of("trains"), "").getId();
    List<TrainingPoint> points = new ArrayList<>();
    TrainingJob last = null;
    for (Iterator<WatchTrainingJobResponse> jobs = watch(id); jobs.hasNext(); ) {
      last = jobs.next().getJob();
      points.addAll(last.getPointsList());
    }
    assertThat(last.getStatus().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(last.getStatus().getProgress()).isEqualTo(1);
    assertThat(last.getResult().getEmbeddingSize()).isEqualTo(8);
    assertThat(points).extracting(TrainingPoint::getStep).containsExactly(1L, 2L, 3L);
    TrainingJob stored = get(id);
    assertThat(stored.getPointsList()).isEqualTo(points);
    assertThat(stored.getSpec()).isEqualTo(Specs.of("trains"));
    assertThat(stored.getStatus().hasEndTime()).isTrue();
    assertThat(last(id).getPointsList()).isEqualTo(points);
  }

  @Test
  void sameRequest_isOneJobAndAnotherSpecIsRefused() {
    TrainingJob first = create(Specs.of("trains"), "request-1");
    assertThat(create(Specs.of("trains"), "request-1").getId()).isEqualTo(first.getId());
    StatusRuntimeException e = failure(() -> create(Specs.of("fails"), "request-1"));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    last(first.getId());
  }

  @Test
  void badSpec_namesTheFieldTheValueAndWhatIsAllowed() throws Exception {
    TrainingSpec.Builder spec = Specs.of("trains").toBuilder();
    spec.getRecipeBuilder().getOptimizationBuilder().setBatchSize(32);
    StatusRuntimeException e = failure(() -> create(spec.build(), ""));
    assertThat(e)
        .hasMessage(
            "INVALID_ARGUMENT: spec.recipe.optimization.batch_size is 32; allowed: 2 to 16, the"
                + " number of images in synthetic:train?images=16");
    assertThat(field(e)).isEqualTo("spec.recipe.optimization.batch_size");
    assertThat(failure(() -> create(TrainingSpec.getDefaultInstance(), "")))
        .hasMessageStartingWith("INVALID_ARGUMENT: spec.model is empty; allowed: ");
  }

  @Test
  void failedJob_tellsWhy() {
    TrainingJob job = last(create(Specs.of("fails"), "").getId());
    assertThat(job.getStatus().getState()).isEqualTo(JobState.JOB_STATE_FAILED);
    assertThat(job.getStatus().getError()).startsWith("the loss is NaN");
    assertThat(job.hasResult()).isFalse();
  }

  @Test
  void runningJob_isCancelledAndNotTwice() {
    String id = create(Specs.of("waits"), "").getId();
    Iterator<WatchTrainingJobResponse> jobs = watch(id);
    TrainingJob job = jobs.next().getJob();
    while (job.getPointsCount() == 0) {
      job = jobs.next().getJob();
    }
    cancel(id);
    while (jobs.hasNext()) {
      job = jobs.next().getJob();
    }
    assertThat(job.getStatus().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
    StatusRuntimeException again = failure(() -> cancel(id));
    assertThat(again.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void fullQueue_isRefusedWithAHint() {
    List<String> ids = new ArrayList<>();
    StatusRuntimeException full = null;
    while (full == null && ids.size() < 10) {
      full = failure(() -> ids.add(create(Specs.of("waits"), "").getId()));
    }
    ids.forEach(this::cancel);
    ids.forEach(this::last);
    assertThat(ids).hasSizeBetween(2, 3);
    assertThat(full.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(StatusProto.fromThrowable(full).getDetailsList())
        .anyMatch(detail -> detail.is(com.google.rpc.RetryInfo.class));
  }

  @Test
  void watcherThatLeaves_disturbsNobody() {
    String id = create(Specs.of("waits"), "").getId();
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(() -> assertThat(watch(id).next().getJob().getId()).isEqualTo(id));
    context.cancel(null);
    cancel(id);
    assertThat(last(id).getStatus().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void unknownJob_isNotFoundByEveryCall() {
    for (Runnable call :
        List.<Runnable>of(() -> get("nope"), () -> cancel("nope"), () -> last("nope"))) {
      assertThat(failure(call)).hasMessage("NOT_FOUND: there is no job \"nope\"");
    }
    assertThat(failure(() -> get(""))).hasMessageStartingWith("INVALID_ARGUMENT: id is empty");
  }

  @Test
  void list_pagesThroughAllJobsNewestFirst() {
    String older = create(Specs.of("fails"), "").getId();
    last(older);
    String newer = create(Specs.of("trains"), "").getId();
    last(newer);
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListTrainingJobsResponse page =
          trainer.listTrainingJobs(
              ListTrainingJobsRequest.newBuilder().setPageSize(1).setPageToken(token).build());
      page.getJobsList().forEach(job -> ids.add(job.getId()));
      assertThat(page.getJobsList()).allMatch(job -> job.getPointsCount() == 0);
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(ids).startsWith(newer, older).doesNotHaveDuplicates();
    StatusRuntimeException e =
        failure(
            () ->
                trainer.listTrainingJobs(
                    ListTrainingJobsRequest.newBuilder().setPageSize(1001).build()));
    assertThat(e).hasMessageStartingWith("INVALID_ARGUMENT: page_size is 1001; allowed: 1 to 1000");
  }

  @Test
  void recipes_areListedInOrder() {
    assertThat(trainer.listRecipes(ListRecipesRequest.getDefaultInstance()).getRecipesList())
        .extracting(Recipe::getName)
        .isNotEmpty()
        .isSorted();
  }

  private Recipe parse(String yaml) {
    return trainer.parseRecipe(ParseRecipeRequest.newBuilder().setYaml(yaml).build());
  }

  @Test
  void recipe_isReadFromYamlAndRefusedByItsPath() throws Exception {
    Recipe small = Recipes.named("recipe", "simclr-small");
    String json = JsonFormat.printer().preservingProtoFieldNames().print(small);
    assertThat(parse(json)).as("JSON is YAML, too").isEqualTo(small);
    StatusRuntimeException e =
        failure(() -> parse(json.replace("\"temperature\": 0.2", "\"temperature\": 50.0")));
    assertThat(e)
        .hasMessage(
            "INVALID_ARGUMENT: recipe.loss.nt_xent.temperature is 50; allowed: 0.001 to 10");
    assertThat(field(e)).isEqualTo("recipe.loss.nt_xent.temperature");
    assertThat(failure(() -> parse("name: {")))
        .hasMessageStartingWith("INVALID_ARGUMENT: recipe is not YAML: line 1, column 8: ");
    assertThat(failure(() -> parse("")).getStatus().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void messageOverTheLimit_isRefusedAndTheServiceGoesOn() {
    TrainingSpec huge = Specs.of("trains").toBuilder().setData("x".repeat(17 << 20)).build();
    StatusRuntimeException e = failure(() -> create(huge, ""));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(trainer.listRecipes(ListRecipesRequest.getDefaultInstance()).getRecipesCount())
        .isPositive();
  }

  @Test
  void healthReflectionAndMetrics_answer() throws Exception {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(services()).contains(TrainerServiceGrpc.SERVICE_NAME);
    last(create(Specs.of("trains"), "").getId());
    assertThat(http("q/health")).contains("\"database\"").doesNotContain("DOWN");
    assertThat(http("q/metrics"))
        .contains("parallax_trainer_jobs{state=\"succeeded\"}")
        .contains("parallax_trainer_views_per_second");
  }

  private String services() throws Exception {
    CompletableFuture<String> names = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    names.complete(response.getListServicesResponse().toString());
                  }

                  @Override
                  public void onError(Throwable t) {
                    names.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    String listed = names.get(10, TimeUnit.SECONDS);
    requests.onCompleted();
    return listed;
  }

  private String http(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(http.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
