package dev.parallax.cli.quickstart;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Connector;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Peer;
import dev.parallax.cli.client.Target;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.command.EvaluationProgress;
import dev.parallax.cli.command.Outcome;
import dev.parallax.cli.command.TrainingProgress;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.local.Supervisor;
import dev.parallax.cli.quickstart.Plan.Measurement;
import dev.parallax.cli.recipe.RecipeSizes;
import dev.parallax.cli.recipe.RecipeSource;
import dev.parallax.cli.report.Report;
import dev.parallax.cli.report.ReportData;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.GalleryOptions;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.eval.v1.LinearProtocol;
import dev.parallax.eval.v1.MapOptions;
import dev.parallax.model.v1.Manifest;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Trains, serves and measures, on services that run and belong to it. */
final class Quickstart {
  private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(2);
  private static final int MAX_CORRUPT_IMAGES = 100;
  private static final String RANDOM = "random initialisation: ";
  private static final int QUERIES = 12;
  private static final int NEIGHBORS = 8;
  private static final int MAP_POINTS = 1000;
  private static final double KNN_TEMPERATURE = 0.1;

  private final Environment environment;
  private final Supervisor supervisor;
  private final Request request;
  private final Plan plan;
  private final ProgressLine line;
  private final Stopwatch stopwatch = new Stopwatch();

  Quickstart(
      Environment environment,
      Supervisor supervisor,
      Request request,
      Plan plan,
      ProgressLine line) {
    this.environment = environment;
    this.supervisor = supervisor;
    this.request = request;
    this.plan = plan;
    this.line = line;
  }

  /**
   * @throws CliException when a service, a job or the report fails
   */
  Result run() throws IOException {
    List<RunRecord> records = new ArrayList<>();
    for (Service service : Service.values()) {
      records.add(supervisor.start(service));
    }
    supervisor.awaitReady(records, line);
    stopwatch.lap("start");
    try (Trainer trainer = new Trainer(peer(Service.TRAINER));
        Embedding embedding = new Embedding(peer(Service.EMBEDDING));
        Eval eval = new Eval(peer(Service.EVAL))) {
      Recipe recipe = recipe(trainer);
      TrainingJob random = trained(trainer, plan.randomModel(), untrained(recipe), RANDOM);
      stopwatch.lap("random_initialisation");
      TrainingJob pretrained = trained(trainer, plan.model(), recipe, "");
      stopwatch.lap("pretraining");
      Manifest randomManifest = served(embedding, random);
      Manifest manifest = served(embedding, pretrained);
      stopwatch.lap("loading");
      Optional<Evaluation> randomEvaluation = measured(eval, randomManifest, RANDOM);
      Optional<Evaluation> evaluation = measured(eval, manifest, "pretrained: ");
      stopwatch.lap("measuring");
      Path report =
          Report.write(
              environment
                  .home()
                  .resolve("reports")
                  .resolve(manifest.getModel() + "-v" + manifest.getVersion() + ".html"),
              new ReportData(
                  manifest,
                  pretrained.getPointsList(),
                  pretrained.getStatus(),
                  randomEvaluation,
                  evaluation,
                  Instant.now()));
      return new Result(
          pretrained.getResult(), stopwatch.seconds(), randomEvaluation, evaluation, report);
    }
  }

  private Recipe recipe(Trainer trainer) {
    Recipe recipe =
        RecipeSource.find(trainer, "--method", request.method(), environment.workingDirectory());
    int wanted = request.batchSize().orElse(recipe.getOptimization().getBatchSize());
    int batch = wanted > plan.images() ? Integer.highestOneBit(plan.images()) : wanted;
    if (batch != wanted) {
      line.say("batch size: " + batch + ", as there are no more images");
    }
    if (batch != recipe.getOptimization().getBatchSize()) {
      recipe = RecipeSizes.withBatchSize(recipe, batch);
    }
    return request.epochs().isPresent()
        ? RecipeSizes.withEpochs(recipe, request.epochs().getAsInt())
        : recipe;
  }

  /** The same architecture and seed, published as it is before the first step. */
  private static Recipe untrained(Recipe recipe) {
    return RecipeSizes.withEpochs(recipe, 0);
  }

  private TrainingJob trained(Trainer trainer, String model, Recipe recipe, String prefix) {
    TrainingJob job =
        trainer.create(
            TrainingSpec.newBuilder()
                .setData(plan.data())
                .setRecipe(recipe)
                .setModel(model)
                .setSeed(request.seed())
                .setMaxCorruptImages(MAX_CORRUPT_IMAGES)
                .build());
    job = trainer.follow(job.getId(), new TrainingProgress(line, prefix));
    Outcome.requireSuccess("training of " + model, job.getStatus());
    return trainer.get(job.getId());
  }

  private Manifest served(Embedding embedding, TrainingJob job) {
    PublishedModel published = job.getResult();
    line.show("loading " + published.getModel(), -1, OptionalDouble.empty(), "");
    return embedding
        .awaitReady(published.getModel(), published.getVersion(), LOAD_TIMEOUT)
        .getManifest();
  }

  private Optional<Evaluation> measured(Eval eval, Manifest manifest, String prefix) {
    if (plan.measurement().isEmpty()) {
      return Optional.empty();
    }
    Measurement measurement = plan.measurement().get();
    Evaluation evaluation =
        eval.create(
            EvaluationSpec.newBuilder()
                .setModel(manifest.getModel())
                .setVersion(manifest.getVersion())
                .setTrainData(measurement.gallery())
                .setTestData(measurement.test())
                .setMaxTrainImages(request.maxTrainImages())
                .setMaxTestImages(request.maxTestImages())
                .setSeed(request.seed())
                // 200 neighbours, or a tenth of the gallery where that is less.
                .setKnn(KnnProtocol.newBuilder().setTemperature(KNN_TEMPERATURE))
                .setLinear(LinearProtocol.getDefaultInstance())
                .setGallery(GalleryOptions.newBuilder().setQueries(QUERIES).setNeighbors(NEIGHBORS))
                .setMap(MapOptions.newBuilder().setPoints(MAP_POINTS))
                .build());
    evaluation = eval.follow(evaluation.getId(), new EvaluationProgress(line, prefix));
    Outcome.requireSuccess("evaluation of " + manifest.getModel(), evaluation.getStatus());
    return Optional.of(evaluation);
  }

  private Peer peer(Service service) {
    return Connector.plain()
        .open(
            service.title(),
            service.option(),
            Target.local(supervisor.deployment().ports().get(service).grpc()));
  }
}
