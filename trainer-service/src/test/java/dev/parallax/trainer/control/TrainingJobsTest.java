package dev.parallax.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.database.Database;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.jobs.JdbcJobStore;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobWatch;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.launch.LocalProcessLauncher;
import dev.parallax.trainer.launch.WorkerClassPath;
import dev.parallax.trainer.launch.WorkerCommand;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The control plane with real processes as workers. */
@Timeout(60)
class TrainingJobsTest {
  @TempDir Path home;

  private final Database database =
      Database.open(
          "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
          Optional.empty(),
          Optional.empty(),
          List.of("db/migration/V1__jobs.sql"));
  private final List<TrainingJobs> opened = new ArrayList<>();

  private TrainingJobs start() {
    TrainingJobs jobs =
        new TrainingJobs(
            new JdbcJobStore(database.dataSource(), "jobs"),
            new TrainingPoints(database.dataSource()),
            new LocalProcessLauncher(
                new WorkerCommand(
                    WorkerCommand.currentJava(),
                    "64m",
                    WorkerClassPath.current(),
                    ScriptedWorker.class.getName())),
            repository(),
            new TrainingLimits(1, 10, 2, 60, Duration.ofMillis(500)),
            home.resolve("jobs"));
    opened.add(jobs);
    jobs.start();
    return jobs;
  }

  private ModelRepository repository() {
    return new ModelRepository(home.resolve("models"));
  }

  @AfterEach
  void stop() {
    opened.forEach(TrainingJobs::close);
    database.close();
  }

  private static Job await(TrainingJobs jobs, String id, Predicate<Job> condition)
      throws Exception {
    CompletableFuture<Job> met = new CompletableFuture<>();
    try (JobWatch watch =
        jobs.watch(
            id,
            job -> {
              if (condition.test(job)) {
                met.complete(job);
              } else if (job.state().ended()) {
                met.completeExceptionally(
                    new AssertionError("ended as " + job.state() + ": " + job.error()));
              }
            },
            () -> {})) {
      assertThat(watch).isNotNull();
      return met.get(50, TimeUnit.SECONDS);
    }
  }

  private static Job ended(TrainingJobs jobs, String id) throws Exception {
    return await(jobs, id, job -> job.state().ended());
  }

  /** Waits until the worker has reported. */
  private static void awaitPoint(TrainingJobs jobs, String id) throws Exception {
    await(jobs, id, job -> !jobs.points(id).isEmpty());
  }

  @Test
  void worker_thatPublishes_makesTheJobSucceed() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("trains")).id());
    assertThat(job.error()).isEmpty();
    assertThat(job.state()).isEqualTo(Job.State.SUCCEEDED);
    PublishedModel model = PublishedModel.parseFrom(job.result());
    assertThat(model.getModel()).isEqualTo("trains");
    assertThat(model.getVersion()).isEqualTo(1);
    assertThat(job.warnings()).containsExactly("an image is damaged: a.png");
    assertThat(jobs.points(job.id()))
        .extracting(TrainingPoint::getLoss)
        .containsExactly(4.0, 3.0, 2.0);
  }

  @Test
  void worker_findsItsOrders() throws Exception {
    TrainingJobs jobs = start();
    String id = jobs.create("", Specs.of("trains")).id();
    ended(jobs, id);
    Path directory = home.resolve("jobs").resolve(id);
    assertThat(directory.resolve("job.json")).content().contains("\"model\": \"trains\"");
    assertThat(directory.resolve("worker.json"))
        .content()
        .isEqualTo(
            "{\"job\":\"%s\",\"repository\":\"%s\",\"checkpointSeconds\":60}"
                .formatted(id, home.resolve("models")));
  }

  @Test
  void worker_thatSaysWhy_failsTheJobWithItsLine() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("fails")).id());
    assertThat(job.state()).isEqualTo(Job.State.FAILED);
    assertThat(job.error()).isEqualTo("the loss is NaN after step 3; lower the learning rate");
  }

  @Test
  void worker_thatDies_isExplainedWithItsLastWordsAndLog() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("dies")).id());
    Path log = home.resolve("jobs").resolve(job.id()).resolve("worker.log");
    assertThat(job.error())
        .isEqualTo(
            "the worker ended with exit code 7; its last words: something terrible (log: "
                + log
                + ")");
    assertThat(job.warnings()).isEmpty();
    assertThat(log).content().contains("something terrible");
  }

  @Test
  void worker_thatEndsSilently_isNoSuccess() throws Exception {
    TrainingJobs jobs = start();
    assertThat(ended(jobs, jobs.create("", Specs.of("ends")).id()).error())
        .startsWith("the worker ended without publishing a model");
  }

  @Test
  void crashedWorker_goesOnFromItsCheckpoint() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("killed-once")).id());
    assertThat(job.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(job.warnings())
        .singleElement()
        .asString()
        .contains("segmentation fault")
        .contains("restart 1 of 2");
    assertThat(jobs.points(job.id()))
        .extracting(TrainingPoint::getLoss)
        .containsExactly(4.0, 2.5, 2.0);
  }

  @Test
  void workerThatIsKilledAgainAndAgain_failsInTheEnd() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("killed")).id());
    assertThat(job.warnings()).hasSize(2);
    assertThat(job.error())
        .contains("was killed (signal 9), most likely because the machine ran out of memory")
        .contains("about to be killed");
  }

  @Test
  void noisyWorker_isReadAndItsLogBounded() throws Exception {
    TrainingJobs jobs = start();
    Job job = ended(jobs, jobs.create("", Specs.of("noisy")).id());
    assertThat(job.state()).isEqualTo(Job.State.SUCCEEDED);
    Path directory = home.resolve("jobs").resolve(job.id());
    assertThat(size(directory.resolve("worker.log"))).isBetween(1L, 8L << 20);
    assertThat(size(directory.resolve("worker.log.1"))).isBetween(1L, 8L << 20);
  }

  @Test
  void cancelledJob_endsItsWorker() throws Exception {
    for (String model : List.of("waits", "stubborn")) {
      TrainingJobs jobs = start();
      String id = jobs.create("", Specs.of(model)).id();
      awaitPoint(jobs, id);
      ProcessHandle worker = worker(id).orElseThrow();
      jobs.cancel(id);
      assertThat(ended(jobs, id).state()).isEqualTo(Job.State.CANCELLED);
      assertThat(worker.isAlive()).isFalse();
    }
  }

  @Test
  void restartedService_resumesItsJobs() throws Exception {
    TrainingJobs first = start();
    String id = first.create("", Specs.of("resumes")).id();
    awaitPoint(first, id);
    ProcessHandle worker = worker(id).orElseThrow();
    first.close();
    assertThat(worker.isAlive()).isFalse();
    TrainingJobs second = start();
    assertThat(ended(second, id).state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(second.points(id)).hasSize(1);
  }

  @Test
  void modelPublishedJustBeforeTheServiceDied_isNotPublishedTwice() throws Exception {
    TrainingJobs first = start();
    String id = first.create("", Specs.of("waits")).id();
    awaitPoint(first, id);
    first.close();
    Path onnx = Files.write(home.resolve("m.onnx"), new byte[] {1});
    repository()
        .publish(
            Manifest.newBuilder().setModel("waits").setEmbeddingSize(4).setJob(id).build(), onnx);
    TrainingJobs second = start();
    Job job = ended(second, id);
    assertThat(job.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(PublishedModel.parseFrom(job.result()).getEmbeddingSize()).isEqualTo(4);
    assertThat(repository().versions("waits")).containsExactly(1L);
  }

  @Test
  void secondWorkerOnAJob_endsTheFirst() throws Exception {
    TrainingJobs jobs = start();
    String id = jobs.create("", Specs.of("stubborn")).id();
    awaitPoint(jobs, id);
    ProcessHandle orphan = worker(id).orElseThrow();
    Worker second =
        new LocalProcessLauncher(
                new WorkerCommand(
                    WorkerCommand.currentJava(),
                    "64m",
                    WorkerClassPath.current(),
                    ScriptedWorker.class.getName()))
            .launch(home.resolve("jobs").resolve(id));
    try {
      assertThat(orphan.isAlive()).isFalse();
    } finally {
      second.stop(Duration.ofMillis(200));
    }
  }

  @Test
  void javaThatIsNotThere_failsTheJobWithOneLine() throws Exception {
    try (TrainingJobs jobs =
        new TrainingJobs(
            new JdbcJobStore(database.dataSource(), "jobs"),
            new TrainingPoints(database.dataSource()),
            new LocalProcessLauncher(new WorkerCommand(Path.of("/no/such/java"), "64m", "x", "y")),
            repository(),
            new TrainingLimits(1, 10, 2, 60, Duration.ofMillis(500)),
            home.resolve("jobs"))) {
      jobs.start();
      assertThat(ended(jobs, jobs.create("", Specs.of("trains")).id()).error())
          .startsWith("no worker could be started: ")
          .contains("/no/such/java");
    }
  }

  @Test
  void spec_isCheckedBeforeTheJobIsAccepted() throws Exception {
    TrainingJobs jobs = start();
    Path empty = Files.createDirectories(home.resolve("empty"));
    refused(jobs, "spec.model", Specs.of("../evil"), "spec.model is \"../evil\"; allowed: ");
    refused(
        jobs,
        "spec.threads",
        edit().setThreads(-1).build(),
        "spec.threads is -1; allowed: 0 to 1024");
    refused(
        jobs,
        "spec.checkpoint_seconds",
        edit().setCheckpointSeconds(86_401).build(),
        "allowed: 0 to 86400");
    refused(
        jobs,
        "spec.max_corrupt_images",
        edit().setMaxCorruptImages(-5).build(),
        "allowed: 0 to 1000000");
    refused(jobs, "spec.recipe", edit().clearRecipe().build(), "spec.recipe is not set");
    refused(jobs, "spec.data", edit().setData("").build(), "spec.data is empty");
    refused(
        jobs, "spec.data", edit().setData(home.resolve("nowhere").toString()).build(), "nowhere");
    refused(jobs, "spec.data", edit().setData(empty.toString()).build(), "empty");
    refused(
        jobs,
        "spec.data",
        edit().setData(images("lonely/a.png")).build(),
        "has 1 image; allowed: 2 or more");
    refused(
        jobs,
        "spec.monitor_data",
        edit().setMonitorData(images("flat/a.png", "flat/b.png")).build(),
        "has 0 labelled classes; allowed: 2 or more");
    refused(
        jobs,
        "spec.monitor_data",
        edit().setMonitorData(images("single/cat/a.png", "single/cat/b.png")).build(),
        "has 1 labelled classes");
    refused(
        jobs, "spec.monitor_data", edit().setMonitorData("nope:x").build(), "spec.monitor_data");
    TrainingSpec.Builder epochs = edit();
    epochs.getRecipeBuilder().getOptimizationBuilder().setEpochs(-1);
    refused(jobs, "spec.recipe.optimization.epochs", epochs.build(), "allowed: 0 to 100000");
    TrainingSpec.Builder batch = edit();
    batch.getRecipeBuilder().getOptimizationBuilder().setBatchSize(64);
    refused(
        jobs,
        "spec.recipe.optimization.batch_size",
        batch.build(),
        "spec.recipe.optimization.batch_size is 64; allowed: 2 to 16, the number of images in synthetic:train?images=16");
    assertThat(jobs.list(0, "").jobs()).isEmpty();
  }

  @Test
  void repeatedRequest_isTheSameJobThoughANewerModelIsThere() throws Exception {
    TrainingJobs jobs = start();
    TrainingSpec.Builder spec = edit();
    spec.getInitialModelBuilder().setModel("base");
    publishBase();
    Job first = jobs.create("r-1", spec.build());
    publishBase();
    assertThat(jobs.create("r-1", spec.build()).id()).isEqualTo(first.id());
    assertThat(TrainingSpec.parseFrom(first.spec()).getInitialModel().getVersion()).isEqualTo(1);
    RequestException e =
        catchThrowableOfType(
            RequestException.class, () -> jobs.create("r-1", spec.setSeed(7).build()));
    assertThat(e.kind()).isEqualTo(Kind.ALREADY_EXISTS);
    ended(jobs, first.id());
  }

  private void publishBase() throws IOException {
    Path onnx = Files.write(home.resolve("base.onnx"), new byte[] {1});
    repository()
        .publish(
            Manifest.newBuilder()
                .setModel("base")
                .setEmbeddingSize(4)
                .setRecipe(edit().getRecipe())
                .build(),
            onnx);
  }

  /** A folder with small images; the first path element is its name. */
  private String images(String... paths) throws IOException {
    for (String path : paths) {
      Path file = home.resolve(path);
      Files.createDirectories(file.getParent());
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
    return home.resolve(Path.of(paths[0]).getName(0)).toString();
  }

  private static TrainingSpec.Builder edit() {
    return Specs.of("trains").toBuilder();
  }

  private static void refused(TrainingJobs jobs, String field, TrainingSpec spec, String line) {
    RequestException e = catchThrowableOfType(RequestException.class, () -> jobs.create("", spec));
    assertThat(e).as(field).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    assertThat(e.field()).isEqualTo(field);
    assertThat(e).hasMessageContaining(line);
  }

  @Test
  void impossibleLimits_areRefusedByTheirSettingsName() {
    assertThatThrownBy(() -> new TrainingLimits(0, 1, 0, 1, Duration.ZERO))
        .hasMessage("parallax.trainer.slots is 0; allowed: 1 or more");
  }

  private Optional<ProcessHandle> worker(String id) throws IOException {
    String pid = Files.readString(home.resolve("jobs").resolve(id).resolve("worker.pid"));
    return ProcessHandle.of(Long.parseLong(pid.split(" ", -1)[0]));
  }

  private static long size(Path file) throws IOException {
    return Files.size(file);
  }
}
