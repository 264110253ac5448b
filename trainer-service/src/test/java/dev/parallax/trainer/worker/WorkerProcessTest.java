package dev.parallax.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.v1.Views;
import dev.parallax.trainer.v1.WorkerEvent;
import dev.parallax.trainer.v1.WorkerEvent.EventCase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker as the control plane runs it: a process of its own. */
class WorkerProcessTest {
  private static final int IMAGES = 64;

  @TempDir Path directory;
  private Path repository;

  @BeforeEach
  void configure() throws IOException {
    repository = directory.resolve("models");
    Files.writeString(
        directory.resolve("worker.json"),
        "{\"job\": \"job-1\", \"repository\": \"" + repository + "\", \"checkpointSeconds\": 60}");
  }

  @Test
  void aJobEndsWithAPublishedModelThatIsWhatItsManifestSays() throws Exception {
    submit(spec("synthetic:train?images=" + IMAGES, 2));
    Process worker = start();
    List<WorkerEvent> events = events(worker);
    assertThat(worker.waitFor()).isZero();
    WorkerEvent last = events.getLast();
    assertThat(last.getEventCase()).isEqualTo(EventCase.PUBLISHED);
    assertThat(last.getPublished().getOnnxParity()).isLessThanOrEqualTo(Publisher.MAX_PARITY);
    assertThat(events).anyMatch(e -> e.hasPoint() && e.getPoint().hasOnlineKnn());
    var models = new ModelRepository(repository);
    StoredModel stored = models.read("tiny", last.getPublished().getVersion());
    models.verify(stored);
    assertThat(stored.manifest().getEpochs()).isEqualTo(2);
    assertThat(stored.manifest().getData().getImages()).isEqualTo(IMAGES);
    assertThat(stored.manifest().getEmbeddingSize()).isEqualTo(64);
    assertThat(stored.manifest().getJob()).isEqualTo("job-1");
    assertThat(stored.manifest().getProvenanceMap()).containsKeys("engine", "onnxruntime", "jvm");
    assertThat(directory.resolve("model.onnx")).doesNotExist();
  }

  @Test
  void dataThatIsNotThereEndsTheJobWithOneLine() throws Exception {
    submit(spec(directory.resolve("nowhere").toString(), 1));
    Process worker = start();
    List<WorkerEvent> events = events(worker);
    assertThat(worker.waitFor()).isEqualTo(1);
    assertThat(events.getLast().getFailed())
        .contains("nowhere does not exist")
        .doesNotContain("\n");
    assertThat(repository).doesNotExist();
  }

  @Test
  void aRepositoryThatCannotBeWrittenLeavesNothingBehindAndKeepsTheCheckpoint() throws Exception {
    Files.writeString(repository, "a file where the folder should be");
    submit(spec("synthetic:train?images=" + IMAGES, 1));
    Process worker = start();
    List<WorkerEvent> events = events(worker);
    assertThat(worker.waitFor()).isEqualTo(1);
    assertThat(events.getLast().getEventCase()).isEqualTo(EventCase.FAILED);
    assertThat(events.getLast().getFailed()).doesNotContain("\n").contains("models");
    assertThat(directory.resolve("checkpoints")).isNotEmptyDirectory();
    assertThat(directory.resolve("model.onnx")).doesNotExist();
  }

  @Test
  void aWorkerWhoseParentIsGoneStops() throws Exception {
    submit(spec("synthetic:train?images=" + IMAGES, 100_000));
    Process worker = start();
    try (BufferedReader out = lines(worker)) {
      WorkerEvent event;
      do {
        event = event(out.readLine());
      } while (!(event.hasPoint() && event.getPoint().getStep() > 0));
      worker.getOutputStream().close();
      assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** SimCLR v2 from end to end: pretrained, fine-tuned from the first head layer, distilled. */
  @Test
  void aPretrainedModelIsFineTunedAndThenTeachesASmallerStudent() throws Exception {
    String data = "synthetic:train?images=" + IMAGES;
    Recipe.Builder pretraining = spec(data, 2).getRecipe().toBuilder();
    PublishedModel pretrained = published(spec(data, 2));

    Recipe.Builder tuning = Recipes.named("recipe", "simclr-v2-finetune-small").toBuilder();
    tuning.setViews(oneView(tuning)).setEncoder(pretraining.getEncoder());
    tuning.getExtractionBuilder().clearProjection();
    tuning.getExtractionBuilder().addProjection(pretraining.getExtraction().getProjection(0));
    tuning.getLossBuilder().getCrossEntropyBuilder().setLabelFraction(0.5);
    TrainingSpec tuned = spec(data, tuning, "tuned").setInitialModel(reference(pretrained)).build();
    PublishedModel teacher = published(tuned);
    var models = new ModelRepository(repository);
    Manifest manifest = models.read("tuned", teacher.getVersion()).manifest();
    assertThat(manifest.getOutputsList())
        .extracting(TensorSpec::getName)
        .containsExactly("embedding", "logits");
    assertThat(manifest.getOutputs(1).getShape(1)).isEqualTo(10);
    assertThat(manifest.getSteps())
        .as("half of every class of six or seven images, 16 a step, two epochs")
        .isEqualTo(2);

    Recipe.Builder distilling = Recipes.named("recipe", "simclr-v2-distill-small").toBuilder();
    distilling.setViews(oneView(distilling)).setEncoder(pretraining.getEncoder());
    distilling.getEncoderBuilder().getResnetBuilder().setWidth(0.1875);
    distilling.getExtractionBuilder().clearProjection();
    TrainingSpec distilled =
        spec(data, distilling, "student").setTeacherModel(reference(teacher)).build();
    PublishedModel student = published(distilled);
    assertThat(student.getEmbeddingSize()).isEqualTo(96);
    assertThat(student.getOnnxParity()).isLessThan(1e-5);
  }

  @Test
  void anInitialModelWithAnotherEncoderEndsTheJobWithOneLine() throws Exception {
    String data = "synthetic:train?images=" + IMAGES;
    PublishedModel pretrained = published(spec(data, 1));
    Recipe.Builder wider = spec(data, 1).getRecipe().toBuilder();
    wider.getEncoderBuilder().getResnetBuilder().setWidth(0.25);
    submit(spec(data, wider, "wider").setInitialModel(reference(pretrained)).build());
    Process worker = start();
    List<WorkerEvent> events = events(worker);
    assertThat(worker.waitFor()).isEqualTo(1);
    assertThat(events.getLast().getFailed())
        .contains("initial_model tiny/1 has another encoder: its conv1.weight is [8, 3, 3, 3]")
        .contains("allowed: [16, 3, 3, 3]")
        .doesNotContain("\n");
  }

  private PublishedModel published(TrainingSpec spec) throws Exception {
    submit(spec);
    Process worker = start();
    List<WorkerEvent> events = events(worker);
    assertThat(worker.waitFor()).as(events.getLast().toString()).isZero();
    return events.getLast().getPublished();
  }

  private static ModelReference reference(PublishedModel model) {
    return ModelReference.newBuilder()
        .setModel(model.getModel())
        .setVersion(model.getVersion())
        .build();
  }

  private static Views oneView(Recipe.Builder recipe) {
    return recipe.getViews().toBuilder().setImageSize(16).build();
  }

  private static TrainingSpec.Builder spec(String data, Recipe.Builder recipe, String model) {
    recipe
        .getOptimizationBuilder()
        .setBatchSize(16)
        .setEpochs(2)
        .setWarmupEpochs(0)
        .setWarmupSteps(0);
    Recipes.validate("recipe", recipe.build());
    return spec(data, 2).toBuilder().setRecipe(recipe).setModel(model);
  }

  private Process start() throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            directory.toString());
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    return builder.redirectError(directory.resolve("worker.log").toFile()).start();
  }

  private static List<WorkerEvent> events(Process worker) throws IOException {
    List<WorkerEvent> events = new ArrayList<>();
    try (BufferedReader out = lines(worker)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        events.add(event(line));
      }
    }
    return events;
  }

  private static WorkerEvent event(String line) throws IOException {
    assertThat(line).as("a line of the worker's output").isNotNull();
    var event = WorkerEvent.newBuilder();
    JsonFormat.parser().merge(line, event);
    return event.build();
  }

  private static BufferedReader lines(Process worker) {
    return new BufferedReader(
        new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8));
  }

  private void submit(TrainingSpec spec) throws IOException {
    Files.writeString(directory.resolve("job.json"), JsonFormat.printer().print(spec));
  }

  private static TrainingSpec spec(String data, int epochs) {
    Recipe.Builder recipe = Recipes.named("recipe", "simclr-small").toBuilder();
    recipe.getViewsBuilder().setImageSize(16);
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.125);
    recipe.getOptimizationBuilder().setBatchSize(16).setEpochs(epochs).setWarmupEpochs(0);
    return TrainingSpec.newBuilder()
        .setData(data)
        .setModel("tiny")
        .setRecipe(recipe)
        .setThreads(1)
        .build();
  }
}
