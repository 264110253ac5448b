package dev.parallax.platform.jobs;

import static java.util.Objects.requireNonNull;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import dev.parallax.platform.names.Names;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * A durable queue in front of a fixed number of slots. What has been accepted survives a restart:
 * jobs that ran when the service ended run again at the next {@link #start}. Thread-safe; one queue
 * at a time may own a store.
 */
public final class JobQueue implements AutoCloseable {
  /** Largest spec, bytes. */
  public static final int MAX_SPEC_BYTES = 1 << 20;

  /** Largest result, bytes. */
  public static final int MAX_RESULT_BYTES = 64 << 20;

  static final int MAX_WATCHERS = 1024;

  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final int MAX_PAGE_SIZE = 1000;
  private static final Duration FULL_RETRY = Duration.ofSeconds(10);
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(30);
  private static final Duration STORE_RETRY = Duration.ofSeconds(2);
  private static final Logger LOG = Logger.getLogger(JobQueue.class);

  private final JobStore store;
  private final JobRunner runner;
  private final int slots;
  private final int maxQueued;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore watcherPermits = new Semaphore(MAX_WATCHERS);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition jobLeft = lock.newCondition();
  private final Map<String, LiveJob> live = new HashMap<>();
  private final Deque<LiveJob> waiting = new ArrayDeque<>();
  private final Set<LiveJob> running = new HashSet<>();
  private boolean started;
  private volatile boolean closed;

  /**
   * @param slots jobs that run at once, 1 or more
   * @param maxQueued jobs that may wait, 1 or more
   */
  public JobQueue(JobStore store, JobRunner runner, int slots, int maxQueued) {
    this(store, runner, slots, maxQueued, Clock.systemUTC());
  }

  JobQueue(JobStore store, JobRunner runner, int slots, int maxQueued, Clock clock) {
    this.store = requireNonNull(store, "store is null");
    this.runner = requireNonNull(runner, "runner is null");
    this.slots = atLeastOne("slots", slots);
    this.maxQueued = atLeastOne("maxQueued", maxQueued);
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** Queues what a former life left unfinished, in its old order, and begins to run jobs. */
  public void start() {
    lock.lock();
    try {
      if (started) {
        throw new IllegalStateException("the queue has been started already");
      }
      for (Job job : store.unfinished()) {
        if (live.containsKey(job.id())) {
          continue; // submitted to this queue before it was started
        }
        LiveJob liveJob = new LiveJob(job, store, System::nanoTime);
        if (job.state() == Job.State.RUNNING) {
          liveJob.transition(Job::requeued);
        }
        live.put(job.id(), liveJob);
        waiting.add(liveJob);
      }
      started = true;
      dispatch();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stores a job and queues it.
   *
   * @param requestId the same id with the same spec returns the job that the first call made;
   *     empty: always a new job
   * @throws RequestException ALREADY_EXISTS for a known id with another spec, RESOURCE_EXHAUSTED
   *     when too many wait, UNAVAILABLE when the service is stopping, INVALID_ARGUMENT for a
   *     malformed id or a spec that is too large
   */
  public Job submit(String requestId, byte[] spec) {
    Names.requestId("request_id", requestId);
    if (spec.length > MAX_SPEC_BYTES) {
      throw RequestException.invalid("spec", spec.length + " bytes", "at most " + MAX_SPEC_BYTES);
    }
    lock.lock();
    try {
      if (closed) {
        throw stopping();
      }
      Optional<Job> earlier =
          requestId.isEmpty() ? Optional.empty() : store.findByRequestId(requestId);
      if (earlier.isPresent()) {
        return sameJob(requestId, spec, earlier.get());
      }
      if (waiting.size() >= maxQueued) {
        throw RequestException.retryable(
            Kind.RESOURCE_EXHAUSTED,
            waiting.size()
                + " jobs wait already; allowed: at most "
                + maxQueued
                + ". Cancel one, or submit later",
            FULL_RETRY);
      }
      LiveJob job =
          new LiveJob(Job.queued(newId(), requestId, spec, now()), store, System::nanoTime);
      store.insert(job.job());
      live.put(job.job().id(), job);
      waiting.add(job);
      Job accepted = job.job();
      dispatch();
      return accepted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @throws RequestException NOT_FOUND
   */
  public Job get(String id) {
    return liveJob(id).map(LiveJob::job).orElseGet(() -> stored(id));
  }

  /**
   * @param pageSize 1 to {@value #MAX_PAGE_SIZE}; 0: {@value #DEFAULT_PAGE_SIZE}
   * @param pageToken from the page before; empty: the first page
   * @return newest first
   * @throws RequestException INVALID_ARGUMENT on page_size or page_token
   */
  public Page list(int pageSize, String pageToken) {
    if (pageSize < 0 || pageSize > MAX_PAGE_SIZE) {
      throw RequestException.invalid(
          "page_size", pageSize, "1 to " + MAX_PAGE_SIZE + ", or 0 for " + DEFAULT_PAGE_SIZE);
    }
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    List<JobStore.Stored> found = store.newest(size + 1, PageTokens.decode(pageToken));
    List<JobStore.Stored> shown = found.subList(0, Math.min(size, found.size()));
    List<Job> jobs = new ArrayList<>();
    for (JobStore.Stored stored : shown) {
      jobs.add(
          stored.job().state().ended()
              ? stored.job()
              : liveJob(stored.job().id()).map(LiveJob::job).orElse(stored.job()));
    }
    return new Page(jobs, found.size() > size ? PageTokens.encode(shown.getLast().sequence()) : "");
  }

  /**
   * Ends a waiting job at once; asks a running one to stop, which the job then tells by its state.
   *
   * @throws RequestException NOT_FOUND, or FAILED_PRECONDITION when the job has ended already
   */
  public Job cancel(String id) {
    lock.lock();
    try {
      LiveJob job = live.get(id);
      if (job == null) {
        throw endedAlready(stored(id));
      }
      if (waiting.contains(job)) {
        Job cancelled = job.transition(current -> current.cancelled(now()));
        waiting.remove(job);
        live.remove(id);
        return cancelled;
      }
      if (job.job().state().ended()) {
        throw endedAlready(job.job());
      }
      job.requestCancel();
      return job.job();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #watch(String, Consumer, Runnable)}, with nothing to do when the queue is closed. */
  public JobWatch watch(String id, Consumer<Job> listener) {
    return watch(id, listener, () -> {});
  }

  /**
   * Calls {@code listener} with the job as it is and then whenever it has changed, one call at a
   * time and never with an older state; changes that come faster than it returns are taken
   * together. The call with an ended state is the last.
   *
   * @param abandoned called instead of that when the queue is closed first
   * @throws RequestException NOT_FOUND, or RESOURCE_EXHAUSTED beyond {@value #MAX_WATCHERS}
   *     watchers
   */
  public JobWatch watch(String id, Consumer<Job> listener, Runnable abandoned) {
    if (closed) {
      throw stopping();
    }
    Optional<LiveJob> liveJob = liveJob(id);
    Optional<Job> stored = liveJob.isPresent() ? Optional.empty() : Optional.of(stored(id));
    if (!watcherPermits.tryAcquire()) {
      throw RequestException.retryable(
          Kind.RESOURCE_EXHAUSTED,
          "jobs have " + MAX_WATCHERS + " watchers, which is the most allowed",
          FULL_RETRY);
    }
    Watcher watcher =
        liveJob
            .map(job -> job.watch(first -> watcher(first, listener, abandoned)))
            .orElseGet(() -> watcher(stored.orElseThrow(), listener, abandoned));
    watcher.start(id);
    if (closed) {
      watcher.abandon();
    }
    return watcher;
  }

  /** Jobs that wait for a slot. */
  public int queued() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Jobs that hold a slot. */
  public List<Job> running() {
    lock.lock();
    try {
      return running.stream().map(LiveJob::job).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Interrupts what runs and waits up to 30 s for it; those jobs run again after the next {@link
   * #start}.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      running.forEach(LiveJob::interrupt);
      awaitRunners();
      running.stream()
          .filter(LiveJob::cancelRequested)
          .forEach(job -> job.transition(current -> current.cancelled(now())));
      live.values().forEach(LiveJob::abandonWatchers);
    } finally {
      lock.unlock();
    }
  }

  private void awaitRunners() {
    long nanos = CLOSE_GRACE.toNanos();
    try {
      while (!running.isEmpty() && nanos > 0) {
        nanos = jobLeft.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!running.isEmpty()) {
      LOG.warnf(
          "%d jobs have not stopped in time; they run again at the next start", running.size());
    }
  }

  private void dispatch() {
    while (started && !closed && running.size() < slots && !waiting.isEmpty()) {
      LiveJob job = waiting.remove();
      running.add(job);
      Thread thread =
          Thread.ofPlatform().daemon().name("job-" + job.job().id()).unstarted(() -> run(job));
      job.runsOn(thread);
      thread.start();
    }
  }

  private void run(LiveJob job) {
    try {
      Job begun = job.transition(current -> current.running(now()));
      byte[] result = requireNonNull(runner.run(begun, job), "the runner returned null");
      if (result.length > MAX_RESULT_BYTES) {
        throw RequestException.of(
            Kind.RESOURCE_EXHAUSTED,
            "the result has " + result.length + " bytes; allowed: at most " + MAX_RESULT_BYTES);
      }
      end(job, current -> current.succeeded(now(), result));
    } catch (Throwable t) {
      if (job.cancelRequested()) {
        end(job, current -> current.cancelled(now()));
      } else if (!closed) {
        String line = line(t);
        end(job, current -> current.failed(now(), line));
      }
    } finally {
      leave(job);
    }
  }

  /** A job's end must not be lost, so a store that fails is tried again until the service stops. */
  private void end(LiveJob job, UnaryOperator<Job> change) {
    while (true) {
      try {
        job.transition(change);
        return;
      } catch (RuntimeException e) {
        LOG.errorf("the end of job %s cannot be stored yet: %s", job.job().id(), e.getMessage());
        if (closed) {
          return;
        }
        awaitStoreRetry();
      }
    }
  }

  private void awaitStoreRetry() {
    lock.lock();
    try {
      long nanos = STORE_RETRY.toNanos();
      while (!closed && nanos > 0) {
        nanos = jobLeft.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      LOG.debug("woken while the store is away", e);
    } finally {
      lock.unlock();
    }
  }

  private void leave(LiveJob job) {
    lock.lock();
    try {
      running.remove(job);
      if (job.job().state().ended()) {
        live.remove(job.job().id());
      }
      dispatch();
      jobLeft.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static String line(Throwable t) {
    return t instanceof RequestException e ? e.getMessage() : Statuses.describe(Statuses.of(t));
  }

  private Watcher watcher(Job first, Consumer<Job> listener, Runnable abandoned) {
    return new Watcher(
        first,
        listener,
        abandoned,
        exiting -> {
          watcherPermits.release();
          liveJob(first.id()).ifPresent(job -> job.forget(exiting));
        });
  }

  private Optional<LiveJob> liveJob(String id) {
    lock.lock();
    try {
      return Optional.ofNullable(live.get(id));
    } finally {
      lock.unlock();
    }
  }

  private Job stored(String id) {
    return store.find(id).orElseThrow(() -> RequestException.notFound("job \"" + id + "\""));
  }

  private static Job sameJob(String requestId, byte[] spec, Job earlier) {
    if (!Arrays.equals(spec, earlier.spec())) {
      throw RequestException.of(
          Kind.ALREADY_EXISTS,
          "request_id \""
              + requestId
              + "\" has been used for job "
              + earlier.id()
              + " with another spec; use a new request_id");
    }
    return earlier;
  }

  private static RequestException endedAlready(Job job) {
    return RequestException.of(
        Kind.FAILED_PRECONDITION, "job " + job.id() + " has ended already: " + job.state());
  }

  private static RequestException stopping() {
    return RequestException.retryable(Kind.UNAVAILABLE, "the service is stopping", FULL_RETRY);
  }

  /** 12 characters of [a-z2-7], 60 random bits. */
  private String newId() {
    StringBuilder id = new StringBuilder();
    long bits = random.nextLong();
    for (int i = 0; i < 12; i++, bits >>>= 5) {
      id.append("abcdefghijklmnopqrstuvwxyz234567".charAt((int) (bits & 31)));
    }
    return id.toString();
  }

  /** In microseconds, which is what both databases keep. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: 1 or more");
    }
    return value;
  }
}
