package dev.parallax.cli.sweep;

import dev.parallax.cli.CliException;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.client.Trainer;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Trains and measures one run after the other, so that none takes time from another. Jobs have the
 * identity of what they are asked for: a sweep that was broken off finds those that it had begun,
 * and reuses what is done.
 */
public final class Sweep {
  private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(2);
  private static final int MAX_ATTEMPTS = 100;

  /** Where trained models are measured. */
  public record Measuring(Embedding embedding, Eval eval) {}

  private final SweepPlan plan;
  private final Trainer trainer;
  private final Optional<Measuring> measuring;
  private final boolean retryFailed;
  private final SweepProgress progress;

  /**
   * @param measuring present if the plan measures
   * @param retryFailed train those again that failed in an earlier attempt
   */
  public Sweep(
      SweepPlan plan,
      Trainer trainer,
      Optional<Measuring> measuring,
      boolean retryFailed,
      SweepProgress progress) {
    this.plan = plan;
    this.trainer = trainer;
    this.measuring = measuring;
    this.retryFailed = retryFailed;
    this.progress = progress;
  }

  /**
   * A run that fails is a result like any other.
   *
   * @throws CliException when a service goes away, or measuring is refused
   */
  public SweepResult run() {
    // What is away now would be missed only after the first training.
    measuring.ifPresent(
        m -> {
          m.embedding().models();
          m.eval().list(1);
        });
    List<RunResult> results = new ArrayList<>();
    for (SweepRun run : plan.runs()) {
      progress.begin(run);
      RunResult result = result(run);
      results.add(result);
      progress.end(result);
    }
    return new SweepResult(plan, results);
  }

  private RunResult result(SweepRun run) {
    TrainingJob job;
    try {
      job = submitted(run);
    } catch (CliException e) {
      if (e.exitCode() != ExitCode.USAGE) {
        throw e;
      }
      return new RunResult(run, Optional.empty(), Optional.empty(), e.getMessage());
    }
    if (!Jobs.ended(job.getStatus())) {
      trainer.follow(job.getId(), progress::training);
    }
    TrainingJob ended = trainer.get(job.getId());
    if (ended.getStatus().getState() != JobState.JOB_STATE_SUCCEEDED) {
      return new RunResult(
          run, Optional.of(ended), Optional.empty(), "training " + why(ended.getStatus()));
    }
    return measured(run, ended);
  }

  private RunResult measured(SweepRun run, TrainingJob job) {
    if (measuring.isEmpty() || plan.measurement().isEmpty()) {
      return new RunResult(run, Optional.of(job), Optional.empty(), "");
    }
    PublishedModel model = job.getResult();
    EvaluationSpec spec = plan.measurement().get().spec(model, run.point().vector());
    Eval eval = measuring.get().eval();
    try {
      measuring.get().embedding().awaitReady(model.getModel(), model.getVersion(), LOAD_TIMEOUT);
    } catch (CliException e) {
      if (e.exitCode() != ExitCode.FAILURE) {
        throw e;
      }
      return new RunResult(run, Optional.of(job), Optional.empty(), e.getMessage());
    }
    Evaluation evaluation =
        attempt(
            SweepRun.requestId(spec),
            id -> eval.create(spec, id),
            Evaluation::getStatus,
            status -> status.getState() != JobState.JOB_STATE_SUCCEEDED);
    evaluation =
        Jobs.ended(evaluation.getStatus())
            ? eval.get(evaluation.getId())
            : eval.follow(evaluation.getId(), progress::measuring);
    Evaluation.Builder brief = evaluation.toBuilder();
    if (brief.hasResult()) {
      brief.getResultBuilder().clearGallery().clearMap();
    }
    boolean succeeded = evaluation.getStatus().getState() == JobState.JOB_STATE_SUCCEEDED;
    return new RunResult(
        run,
        Optional.of(job),
        Optional.of(brief.build()),
        succeeded ? "" : "evaluation " + why(evaluation.getStatus()));
  }

  private TrainingJob submitted(SweepRun run) {
    return attempt(
        run.requestId(),
        id -> trainer.create(run.spec(), id),
        TrainingJob::getStatus,
        status ->
            status.getState() == JobState.JOB_STATE_CANCELLED
                || (retryFailed && status.getState() == JobState.JOB_STATE_FAILED));
  }

  /**
   * The job of that identity. One that is over and is to be done again has a successor, under the
   * same identity with a number.
   */
  private static <T> T attempt(
      String id,
      Function<String, T> create,
      Function<T, JobStatus> status,
      Predicate<JobStatus> again) {
    T job = create.apply(id);
    for (int i = 2;
        Jobs.ended(status.apply(job)) && again.test(status.apply(job)) && i <= MAX_ATTEMPTS;
        i++) {
      job = create.apply(id + "-" + i);
    }
    return job;
  }

  private static String why(JobStatus status) {
    return status.getState() == JobState.JOB_STATE_FAILED
        ? "failed: " + status.getError()
        : "was " + Jobs.text(status.getState());
  }
}
