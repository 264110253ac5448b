package dev.parallax.cli.fake;

import com.google.protobuf.util.JsonFormat;
import dev.parallax.job.v1.JobState;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.Preprocessing;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.recipe.RecipeYaml;
import dev.parallax.trainer.v1.CancelTrainingJobRequest;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.CreateTrainingJobRequest;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.GetTrainingJobRequest;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.ListRecipesRequest;
import dev.parallax.trainer.v1.ListRecipesResponse;
import dev.parallax.trainer.v1.ListTrainingJobsRequest;
import dev.parallax.trainer.v1.ListTrainingJobsResponse;
import dev.parallax.trainer.v1.ParseRecipeRequest;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.TrainerServiceGrpc;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.WatchTrainingJobRequest;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trainer whose jobs are done at once and collapse in their second epoch, and that reads recipes
 * as the true one does. The model "diverges" fails, and so does a learning rate of 66.
 */
public final class FakeTrainer extends TrainerServiceGrpc.TrainerServiceImplBase {
  private final Path repository;
  private final Map<String, TrainingJob> jobs = new LinkedHashMap<>();
  private final Map<String, String> requests = new HashMap<>();

  public FakeTrainer(Path repository) {
    this.repository = repository;
  }

  /** A recipe with one of everything that the tests touch. */
  public static Recipe recipe(String name) {
    Recipe.Builder recipe = Recipe.newBuilder().setName(name).setSource("a paper, \"eq. 1\"");
    recipe
        .getViewsBuilder()
        .setImageSize(32)
        .addPipelines(
            ViewPipeline.newBuilder()
                .setCount(2)
                .setColorJitter(ColorJitter.newBuilder().setHue(0.1).setProbability(0.8)));
    recipe.setEncoder(
        Encoder.newBuilder()
            .setResnet(ResNet.newBuilder().setDepth(18).setWidth(0.25).setStem(Stem.STEM_CIFAR)));
    recipe
        .getExtractionBuilder()
        .addProjection(HeadLayer.newBuilder().setSize(128).setBatchNorm(true));
    recipe.setSimilarity(Similarity.SIMILARITY_COSINE);
    recipe.getLossBuilder().getNtXentBuilder().setTemperature(0.2);
    recipe.getTargetsBuilder().getInBatchBuilder();
    recipe.getOptimizationBuilder().setEpochs(10).setBatchSize(256).setWarmupEpochs(0.5);
    recipe.getOptimizationBuilder().getSgdBuilder().setMomentum(0.9);
    return recipe.build();
  }

  /** Specs of all jobs, in the order in which they were made. */
  public synchronized List<TrainingSpec> specs() {
    return jobs.values().stream().map(TrainingJob::getSpec).toList();
  }

  /** As if somebody had cancelled the job. */
  public synchronized void cancelled(String id) {
    jobs.computeIfPresent(
        id,
        (key, job) ->
            job.toBuilder()
                .setStatus(Replies.status(JobState.JOB_STATE_CANCELLED, "", 0.5))
                .clearResult()
                .build());
  }

  @Override
  public void parseRecipe(ParseRecipeRequest request, StreamObserver<Recipe> observer) {
    try {
      Replies.answer(observer, RecipeYaml.parse("recipe", request.getYaml()));
    } catch (RequestException e) {
      observer.onError(Replies.invalid(e.field(), e.getMessage()));
    }
  }

  @Override
  public void listRecipes(
      ListRecipesRequest request, StreamObserver<ListRecipesResponse> observer) {
    Replies.answer(
        observer,
        ListRecipesResponse.newBuilder()
            .addRecipes(recipe("simclr-cifar"))
            .addRecipes(recipe("simclr-small"))
            .build());
  }

  @Override
  public synchronized void createTrainingJob(
      CreateTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    TrainingSpec spec = request.getSpec();
    if (spec.getRecipe().getOptimization().getEpochs() < 0) {
      observer.onError(Replies.invalid("spec.recipe.optimization.epochs", "must not be negative"));
      return;
    }
    String known = requests.get(request.getRequestId());
    if (known != null) {
      Replies.answer(observer, jobs.get(known));
      return;
    }
    String id = "t" + (jobs.size() + 1);
    requests.put(request.getRequestId(), id);
    TrainingJob.Builder job = TrainingJob.newBuilder().setId(id).setSpec(spec);
    boolean diverges =
        spec.getModel().equals("diverges")
            || spec.getRecipe().getOptimization().getLearningRate() == 66;
    if (diverges) {
      job.setStatus(
          Replies.status(JobState.JOB_STATE_FAILED, "epoch 1", 0.3).toBuilder()
              .setError("the loss is NaN at step 12; lower the learning rate"));
    } else {
      PublishedModel published = publish(spec);
      job.setStatus(
          Replies.status(JobState.JOB_STATE_SUCCEEDED, "done", 1).toBuilder()
              .addWarnings("broken.jpg is skipped"));
      job.setResult(published);
    }
    jobs.put(id, job.build());
    Replies.answer(
        observer,
        job.setStatus(Replies.status(JobState.JOB_STATE_QUEUED, "", 0)).clearResult().build());
  }

  @Override
  public synchronized void getTrainingJob(
      GetTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    TrainingJob job = jobs.get(request.getId());
    if (job == null) {
      observer.onError(Replies.notFound("job " + request.getId()));
      return;
    }
    Replies.answer(
        observer, job.toBuilder().addPoints(point(1, 5.5)).addPoints(point(2, 4.5)).build());
  }

  @Override
  public synchronized void listTrainingJobs(
      ListTrainingJobsRequest request, StreamObserver<ListTrainingJobsResponse> observer) {
    Replies.answer(
        observer, ListTrainingJobsResponse.newBuilder().addAllJobs(jobs.values()).build());
  }

  @Override
  public synchronized void cancelTrainingJob(
      CancelTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    observer.onError(
        io.grpc.Status.FAILED_PRECONDITION
            .withDescription("job " + request.getId() + " has ended already")
            .asRuntimeException());
  }

  @Override
  public synchronized void watchTrainingJob(
      WatchTrainingJobRequest request, StreamObserver<WatchTrainingJobResponse> observer) {
    TrainingJob job = jobs.get(request.getId());
    observer.onNext(
        WatchTrainingJobResponse.newBuilder()
            .setJob(
                job.toBuilder()
                    .clearResult()
                    .setStatus(
                        job.getStatus().toBuilder()
                            .setState(JobState.JOB_STATE_RUNNING)
                            .setActivity("epoch 1 of 10")
                            .setProgress(0.25)
                            .setEtaSeconds(90))
                    .addPoints(point(1, 5.5)))
            .build());
    Replies.answer(observer, WatchTrainingJobResponse.newBuilder().setJob(job).build());
  }

  private static TrainingPoint point(int step, double loss) {
    return TrainingPoint.newBuilder()
        .setStep(step)
        .setEpoch(step)
        .setLoss(loss)
        .setOnlineKnn(0.4)
        .setFeatureSpread(step == 2 ? 0.05 : 0.9)
        .setViewsPerSecond(1234)
        .build();
  }

  private PublishedModel publish(TrainingSpec spec) {
    long version = 1;
    Path model = repository.resolve(spec.getModel());
    while (Files.exists(model.resolve(Long.toString(version)))) {
      version++;
    }
    Manifest manifest =
        Manifest.newBuilder()
            .setModel(spec.getModel())
            .setVersion(version)
            .setEmbeddingSize(4)
            .setOnnxParity(1.5e-6)
            .setRecipe(spec.getRecipe())
            .setEpochs(spec.getRecipe().getOptimization().getEpochs())
            .setPreprocessing(Preprocessing.newBuilder().setImageSize(32).setResizeShorterSide(32))
            .build();
    try {
      Path directory = Files.createDirectories(model.resolve(Long.toString(version)));
      Files.writeString(directory.resolve("manifest.json"), JsonFormat.printer().print(manifest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return PublishedModel.newBuilder()
        .setModel(spec.getModel())
        .setVersion(version)
        .setEmbeddingSize(4)
        .setOnnxParity(1.5e-6)
        .build();
  }
}
