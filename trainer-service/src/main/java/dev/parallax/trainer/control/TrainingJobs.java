package dev.parallax.trainer.control;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobQueue;
import dev.parallax.platform.jobs.JobStore;
import dev.parallax.platform.jobs.JobWatch;
import dev.parallax.platform.jobs.Page;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Training jobs from their submission to their end. Thread-safe. */
public final class TrainingJobs implements AutoCloseable {
  private final JobStore store;
  private final JobQueue queue;
  private final TrainingPoints points;
  private final ModelRepository repository;

  /**
   * @param jobs directory for the jobs' own directories
   */
  public TrainingJobs(
      JobStore store,
      TrainingPoints points,
      WorkerLauncher launcher,
      ModelRepository repository,
      TrainingLimits limits,
      Path jobs) {
    this.store = store;
    this.points = points;
    this.repository = repository;
    this.queue =
        new JobQueue(
            store,
            new TrainingRunner(launcher, points, repository, limits, jobs),
            limits.slots(),
            limits.maxQueued());
  }

  /** See {@link JobQueue#start}. */
  public void start() {
    queue.start();
  }

  /**
   * Checks the whole spec, then see {@link JobQueue#submit}. A repeated request names what it named
   * at first, though the newest version of a model may be another by now.
   */
  public Job create(String requestId, TrainingSpec spec) {
    Optional<Job> earlier =
        requestId.isEmpty() ? Optional.empty() : store.findByRequestId(requestId);
    if (earlier.isPresent()) {
      return queue.submit(requestId, repeated(spec, earlier.get()).toByteArray());
    }
    TrainingSpecs.validate(spec);
    return queue.submit(requestId, ModelReferences.pinned(spec, repository).toByteArray());
  }

  /** The spec with the versions of an earlier job where it asks for the newest. */
  private static TrainingSpec repeated(TrainingSpec spec, Job earlier) {
    TrainingSpec before = stored(earlier);
    TrainingSpec.Builder pinned = spec.toBuilder();
    if (spec.hasInitialModel() && spec.getInitialModel().getVersion() == 0) {
      pinned.getInitialModelBuilder().setVersion(before.getInitialModel().getVersion());
    }
    if (spec.hasTeacherModel() && spec.getTeacherModel().getVersion() == 0) {
      pinned.getTeacherModelBuilder().setVersion(before.getTeacherModel().getVersion());
    }
    return pinned.build();
  }

  private static TrainingSpec stored(Job job) {
    try {
      return TrainingSpec.parseFrom(job.spec());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the spec of job " + job.id() + " cannot be read", e);
    }
  }

  /** See {@link JobQueue#get}. */
  public Job get(String id) {
    return queue.get(id);
  }

  /** The curve of a job; empty for one that is not there. */
  public List<TrainingPoint> points(String id) {
    return points.of(id);
  }

  /** See {@link JobQueue#list}. */
  public Page list(int pageSize, String pageToken) {
    return queue.list(pageSize, pageToken);
  }

  /** See {@link JobQueue#cancel}. */
  public Job cancel(String id) {
    return queue.cancel(id);
  }

  /** See {@link JobQueue#watch(String, Consumer, Runnable)}; a new point counts as a change. */
  public JobWatch watch(String id, Consumer<Job> listener, Runnable abandoned) {
    return queue.watch(id, listener, abandoned);
  }

  /** Number of jobs in every state; states without jobs are absent. */
  public Map<Job.State, Long> counts() {
    return store.counts();
  }

  /** Views trained on per second by all running jobs, as last reported. */
  public double viewsPerSecond() {
    return points.viewsPerSecond();
  }

  @Override
  public void close() {
    queue.close();
  }
}
