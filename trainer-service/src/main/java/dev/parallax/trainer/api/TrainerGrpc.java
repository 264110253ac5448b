package dev.parallax.trainer.api;

import static dev.parallax.platform.grpc.Answering.answer;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.JobStream;
import dev.parallax.platform.grpc.Statuses;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.Page;
import dev.parallax.trainer.control.TrainingJobs;
import dev.parallax.trainer.recipe.RecipeYaml;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.CancelTrainingJobRequest;
import dev.parallax.trainer.v1.CreateTrainingJobRequest;
import dev.parallax.trainer.v1.GetTrainingJobRequest;
import dev.parallax.trainer.v1.ListRecipesRequest;
import dev.parallax.trainer.v1.ListRecipesResponse;
import dev.parallax.trainer.v1.ListTrainingJobsRequest;
import dev.parallax.trainer.v1.ListTrainingJobsResponse;
import dev.parallax.trainer.v1.ParseRecipeRequest;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainerServiceGrpc;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.WatchTrainingJobRequest;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The trainer's contract. Calls read files and the database, so none of them runs on an event loop.
 */
@GrpcService
@Blocking
public class TrainerGrpc extends TrainerServiceGrpc.TrainerServiceImplBase {
  /**
   * Made by the first call or at the end of the start, not by the event loop that builds the
   * server.
   */
  private final Instance<TrainingJobs> jobs;

  TrainerGrpc(Instance<TrainingJobs> jobs) {
    this.jobs = jobs;
  }

  @Override
  public void createTrainingJob(
      CreateTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    answer(observer, () -> shown(jobs.get().create(request.getRequestId(), request.getSpec())));
  }

  @Override
  public void getTrainingJob(GetTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    answer(observer, () -> shown(jobs.get().get(id(request.getId()))));
  }

  @Override
  public void listTrainingJobs(
      ListTrainingJobsRequest request, StreamObserver<ListTrainingJobsResponse> observer) {
    answer(
        observer,
        () -> {
          Page page = jobs.get().list(request.getPageSize(), request.getPageToken());
          ListTrainingJobsResponse.Builder response =
              ListTrainingJobsResponse.newBuilder().setNextPageToken(page.nextPageToken());
          page.jobs().forEach(job -> response.addJobs(TrainingJobMessages.of(job, List.of())));
          return response.build();
        });
  }

  @Override
  public void cancelTrainingJob(
      CancelTrainingJobRequest request, StreamObserver<TrainingJob> observer) {
    answer(observer, () -> shown(jobs.get().cancel(id(request.getId()))));
  }

  @Override
  public void watchTrainingJob(
      WatchTrainingJobRequest request, StreamObserver<WatchTrainingJobResponse> observer) {
    try {
      new JobStream<>(
              (ServerCallStreamObserver<WatchTrainingJobResponse>) observer,
              newPoints(),
              "the trainer is stopping; the job goes on when it runs again")
          .open(jobs.get()::watch, id(request.getId()));
    } catch (RuntimeException e) {
      observer.onError(Statuses.of(e));
    }
  }

  @Override
  public void listRecipes(
      ListRecipesRequest request, StreamObserver<ListRecipesResponse> observer) {
    answer(
        observer, () -> ListRecipesResponse.newBuilder().addAllRecipes(Recipes.builtIn()).build());
  }

  @Override
  public void parseRecipe(ParseRecipeRequest request, StreamObserver<Recipe> observer) {
    answer(observer, () -> RecipeYaml.parse("recipe", request.getYaml()));
  }

  /** Each state with the points that came since the one before. */
  private Function<Job, WatchTrainingJobResponse> newPoints() {
    AtomicLong lastStep = new AtomicLong(Long.MIN_VALUE);
    return job -> {
      List<TrainingPoint> points =
          jobs.get().points(job.id()).stream()
              .filter(point -> point.getStep() > lastStep.get())
              .toList();
      if (!points.isEmpty()) {
        lastStep.set(points.getLast().getStep());
      }
      return WatchTrainingJobResponse.newBuilder()
          .setJob(TrainingJobMessages.of(job, points))
          .build();
    };
  }

  private TrainingJob shown(Job job) {
    return TrainingJobMessages.of(job, jobs.get().points(job.id()));
  }

  private static String id(String id) {
    if (id.isBlank() || id.length() > 64) {
      throw RequestException.invalid("id", id, "the id of a job, at most 64 characters");
    }
    return id;
  }
}
