package dev.parallax.trainer.control;

import static java.util.Objects.requireNonNull;

import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobContext;
import dev.parallax.platform.jobs.JobRunner;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.v1.WorkerEvent;
import dev.parallax.trainer.v1.WorkerProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Trains: starts a worker, passes on what it reports, and starts it again from its checkpoint when
 * it crashes.
 */
final class TrainingRunner implements JobRunner {
  private final WorkerLauncher launcher;
  private final TrainingPoints points;
  private final ModelRepository repository;
  private final TrainingLimits limits;
  private final Path jobs;

  /**
   * @param jobs directory that holds the jobs' directories
   */
  TrainingRunner(
      WorkerLauncher launcher,
      TrainingPoints points,
      ModelRepository repository,
      TrainingLimits limits,
      Path jobs) {
    this.launcher = requireNonNull(launcher, "launcher is null");
    this.points = requireNonNull(points, "points is null");
    this.repository = requireNonNull(repository, "repository is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.jobs = requireNonNull(jobs, "jobs is null");
  }

  /** Returns the bytes of a PublishedModel. */
  @Override
  public byte[] run(Job job, JobContext context) throws Exception {
    TrainingSpec spec = TrainingSpec.parseFrom(job.spec());
    Optional<PublishedModel> earlier = publishedBy(job.id(), spec.getModel());
    if (earlier.isPresent()) {
      return earlier.get().toByteArray();
    }
    JobDirectory directory = prepare(job.id(), spec);
    points.begin(job.id());
    try {
      return train(job.id(), directory, context).toByteArray();
    } finally {
      points.end(job.id());
    }
  }

  private PublishedModel train(String job, JobDirectory directory, JobContext context)
      throws InterruptedException {
    for (int restarts = 0; ; restarts++) {
      switch (Attempt.run(
          launch(directory), event -> report(job, event, context), limits.stopGrace())) {
        case Attempt.Outcome.Published(PublishedModel model) -> {
          return model;
        }
        case Attempt.Outcome.Failed(String message) ->
            throw RequestException.of(Kind.FAILED_PRECONDITION, message);
        case Attempt.Outcome.Died died -> {
          if (!died.exit().bySignal() || restarts >= limits.workerRestarts()) {
            throw death(died);
          }
          context.warn(
              "the worker "
                  + died.exit().explanation()
                  + "; it is started again from its last checkpoint, restart "
                  + (restarts + 1)
                  + " of "
                  + limits.workerRestarts());
          context.activity("restarting from the last checkpoint");
        }
      }
    }
  }

  private void report(String job, WorkerEvent event, JobContext context) {
    switch (event.getEventCase()) {
      case PROGRESS -> {
        WorkerProgress progress = event.getProgress();
        context.activity(progress.getActivity());
        context.progress(
            progress.getProgress(),
            progress.hasEtaSeconds()
                ? OptionalDouble.of(progress.getEtaSeconds())
                : OptionalDouble.empty());
      }
      case POINT -> {
        points.add(job, event.getPoint());
        context.touch();
      }
      case WARNING -> context.warn(event.getWarning());
      case PUBLISHED, FAILED, EVENT_NOT_SET ->
          throw new IllegalArgumentException(event.getEventCase() + " is no report");
    }
  }

  /** A model that this job published just before its service ended and could note it. */
  private Optional<PublishedModel> publishedBy(String job, String model) {
    for (long version : repository.versions(model).reversed()) {
      Manifest manifest;
      try {
        manifest = repository.read(model, version).manifest();
      } catch (RequestException e) {
        continue; // a damaged version is not this job's
      }
      if (manifest.getJob().equals(job)) {
        return Optional.of(
            PublishedModel.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setOnnxParity(manifest.getOnnxParity())
                .setEmbeddingSize(manifest.getEmbeddingSize())
                .build());
      }
    }
    return Optional.empty();
  }

  private JobDirectory prepare(String job, TrainingSpec spec) {
    try {
      return JobDirectory.prepare(jobs, job, spec, repository.root(), limits.checkpointSeconds());
    } catch (IOException e) {
      throw RequestException.of(
          Kind.RESOURCE_EXHAUSTED,
          "the job's directory " + jobs.resolve(job) + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  private Worker launch(JobDirectory directory) {
    try {
      return launcher.launch(directory.path());
    } catch (IOException e) {
      throw RequestException.of(
          Kind.UNAVAILABLE, "no worker could be started: " + e.getMessage(), e);
    }
  }

  private static RequestException death(Attempt.Outcome.Died died) {
    String words = died.lastWords().isEmpty() ? "" : "; its last words: " + died.lastWords();
    return RequestException.of(
        Kind.UNAVAILABLE,
        "the worker " + died.exit().explanation() + words + " (log: " + died.logLocation() + ")");
  }
}
