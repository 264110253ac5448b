package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
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
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.v1.WatchTrainingJobRequest;
import dev.parallax.trainer.v1.WatchTrainingJobResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The trainer. Every method throws {@link CliException}. */
public final class Trainer implements AutoCloseable {
  private static final int PAGE = 200;

  private final Peer peer;
  private final TrainerServiceBlockingStub stub;

  public Trainer(Peer peer) {
    this.peer = peer;
    this.stub = TrainerServiceGrpc.newBlockingStub(peer.channel());
  }

  public List<Recipe> recipes() {
    return peer.call(
        () -> stub.listRecipes(ListRecipesRequest.getDefaultInstance()).getRecipesList());
  }

  /** The recipe of that name, or the small one of a method of that name. */
  public Optional<Recipe> findRecipe(String name) {
    List<Recipe> recipes = recipes();
    return Stream.of(name, name + "-small")
        .flatMap(wanted -> recipes.stream().filter(recipe -> recipe.getName().equals(wanted)))
        .findFirst();
  }

  /** In alphabetical order. */
  public List<String> recipeNames() {
    return recipes().stream().map(Recipe::getName).toList();
  }

  /**
   * A recipe that is written as YAML, read and checked by the trainer.
   *
   * @param name what the text is called in messages
   */
  public Recipe parseRecipe(String name, String yaml) {
    try {
      return stub.parseRecipe(ParseRecipeRequest.newBuilder().setYaml(yaml).build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.INVALID_ARGUMENT) {
        throw peer.explained(e);
      }
      // Paths are those within the file.
      String line = Failures.line(e).replaceFirst("^recipe(\\.| )", "");
      throw CliException.usage(name + ": " + line);
    }
  }

  /** Submits a job; safe to repeat. */
  public TrainingJob create(TrainingSpec spec) {
    return create(spec, UUID.randomUUID().toString());
  }

  /**
   * Submits a job, or finds the one that was submitted under the same id.
   *
   * @param requestId at most 64 characters
   */
  public TrainingJob create(TrainingSpec spec, String requestId) {
    CreateTrainingJobRequest request =
        CreateTrainingJobRequest.newBuilder().setSpec(spec).setRequestId(requestId).build();
    return peer.call(() -> stub.createTrainingJob(request));
  }

  /** With all its points. */
  public TrainingJob get(String id) {
    return peer.call(
        () -> stub.getTrainingJob(GetTrainingJobRequest.newBuilder().setId(id).build()));
  }

  /** With all its points; empty when there is no such job. */
  public Optional<TrainingJob> find(String id) {
    return peer.find(
        () -> stub.getTrainingJob(GetTrainingJobRequest.newBuilder().setId(id).build()));
  }

  /** The newest {@code max}, without points. */
  public List<TrainingJob> list(int max) {
    List<TrainingJob> jobs = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      ListTrainingJobsResponse page =
          peer.call(
              () ->
                  stub.listTrainingJobs(
                      ListTrainingJobsRequest.newBuilder()
                          .setPageSize(Math.min(PAGE, max - jobs.size()))
                          .setPageToken(from)
                          .build()));
      jobs.addAll(page.getJobsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty() && jobs.size() < max);
    return jobs;
  }

  public TrainingJob cancel(String id) {
    return peer.call(
        () -> stub.cancelTrainingJob(CancelTrainingJobRequest.newBuilder().setId(id).build()));
  }

  /**
   * Waits for the end of a job.
   *
   * @param seen gets the job at every change; its points are new ones only
   */
  public TrainingJob follow(String id, Consumer<TrainingJob> seen) {
    WatchTrainingJobRequest request = WatchTrainingJobRequest.newBuilder().setId(id).build();
    return Follower.follow(
            peer,
            () -> stub.watchTrainingJob(request),
            response -> seen.accept(response.getJob()),
            (WatchTrainingJobResponse response) -> Jobs.ended(response.getJob().getStatus()))
        .getJob();
  }

  @Override
  public void close() {
    peer.close();
  }
}
