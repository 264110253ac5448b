package dev.parallax.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobQueueTest {
  private static final byte[] SPEC = {1};
  private static final byte[] RESULT = {42};

  private final DataSource database = JobsTable.create();
  private final JdbcJobStore store = new JdbcJobStore(database, "jobs");
  private final List<JobQueue> queues = new ArrayList<>();

  /** Jobs that run, and the switch that lets them go on. */
  private final BlockingQueue<Job> begun = new LinkedBlockingQueue<>();

  private final CountDownLatch release = new CountDownLatch(1);

  private byte[] untilReleased(Job job, JobContext context) throws InterruptedException {
    begun.add(job);
    release.await();
    return RESULT;
  }

  private JobQueue queue(JobRunner runner, int slots, int maxQueued) {
    JobQueue queue = new JobQueue(store, runner, slots, maxQueued);
    queues.add(queue);
    queue.start();
    return queue;
  }

  @AfterEach
  void closeQueues() {
    release.countDown();
    queues.forEach(JobQueue::close);
  }

  private static Job ended(JobQueue queue, String id) throws Exception {
    CompletableFuture<Job> end = new CompletableFuture<>();
    try (AutoCloseable watch =
        queue.watch(
            id,
            job -> {
              if (job.state().ended()) {
                end.complete(job);
              }
            })) {
      assertThat(watch).isNotNull();
      return end.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void job_runsAndKeepsItsResult() throws Exception {
    JobQueue queue = queue((job, context) -> RESULT, 1, 10);
    Job done = ended(queue, queue.submit("", SPEC).id());
    assertThat(done.state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(done.progress()).isEqualTo(1);
    assertThat(done.result()).isEqualTo(RESULT);
    assertThat(done.started()).isPresent();
    assertThat(store.find(done.id())).contains(done);
    assertThat(queue.get(done.id())).isEqualTo(done);
  }

  @Test
  void requestException_isTheJobsError() throws Exception {
    JobQueue queue =
        queue(
            (job, context) -> {
              throw RequestException.of(Kind.UNAVAILABLE, "the embedding service is away");
            },
            1,
            10);
    Job failed = ended(queue, queue.submit("", SPEC).id());
    assertThat(failed.state()).isEqualTo(Job.State.FAILED);
    assertThat(failed.error()).isEqualTo("the embedding service is away");
  }

  @Test
  void unexpectedException_failsTheJobWithoutItsText() throws Exception {
    JobQueue queue =
        queue(
            (job, context) -> {
              throw new OutOfMemoryError("secret");
            },
            1,
            10);
    assertThat(ended(queue, queue.submit("", SPEC).id()).error())
        .startsWith("internal error ")
        .doesNotContain("secret");
    assertThat(ended(queue, queue.submit("", SPEC).id()).state()).isEqualTo(Job.State.FAILED);
  }

  @Test
  void sameRequestId_isTheSameJobAlsoAfterARestart() throws Exception {
    JobQueue queue = queue((job, context) -> RESULT, 1, 10);
    Job first = queue.submit("r-1", SPEC);
    assertThat(queue.submit("r-1", SPEC).id()).isEqualTo(first.id());
    ended(queue, first.id());
    queue.close();
    JobQueue next = queue((job, context) -> RESULT, 1, 10);
    assertThat(next.submit("r-1", SPEC).id()).isEqualTo(first.id());
    RequestException other =
        catchThrowableOfType(RequestException.class, () -> next.submit("r-1", new byte[] {2}));
    assertThat(other.kind()).isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(other).hasMessageContaining("r-1").hasMessageContaining(first.id());
  }

  @Test
  void concurrentSubmissions_ofOneRequestMakeOneJob() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    JobQueue queue =
        queue(
            (job, context) -> {
              runs.incrementAndGet();
              return RESULT;
            },
            2,
            100);
    Set<String> ids = new HashSet<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
      List<Callable<String>> calls = Collections.nCopies(64, () -> queue.submit("r", SPEC).id());
      for (Future<String> id : executor.invokeAll(calls)) {
        ids.add(id.get());
      }
    }
    assertThat(ids).hasSize(1);
    ended(queue, ids.iterator().next());
    assertThat(runs).hasValue(1);
  }

  @Test
  void fullQueue_refusesWithAHint() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 2);
    queue.submit("", SPEC);
    begun.take();
    queue.submit("", SPEC);
    queue.submit("waiting", SPEC);
    RequestException full =
        catchThrowableOfType(RequestException.class, () -> queue.submit("", SPEC));
    assertThat(full.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
    assertThat(full.retryAfter()).isPresent();
    assertThat(full).hasMessageContaining("2 jobs wait already; allowed: at most 2");
    assertThat(queue.submit("waiting", SPEC).state()).isEqualTo(Job.State.QUEUED);
    assertThat(queue.queued()).isEqualTo(2);
    assertThat(queue.running()).hasSize(1);
  }

  @Test
  void slots_limitWhatRunsAtOnce() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    JobQueue queue =
        queue(
            (job, context) -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              now.decrementAndGet();
              return RESULT;
            },
            3,
            1000);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add(queue.submit("", SPEC).id());
    }
    for (String id : ids) {
      assertThat(ended(queue, id).state()).isEqualTo(Job.State.SUCCEEDED);
    }
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void waitingJob_isCancelledAtOnce() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    queue.submit("", SPEC);
    begun.take();
    String id = queue.submit("", SPEC).id();
    assertThat(queue.cancel(id).state()).isEqualTo(Job.State.CANCELLED);
    assertThat(queue.get(id).state()).isEqualTo(Job.State.CANCELLED);
    RequestException again = catchThrowableOfType(RequestException.class, () -> queue.cancel(id));
    assertThat(again.kind()).isEqualTo(Kind.FAILED_PRECONDITION);
    assertThat(again).hasMessage("job " + id + " has ended already: CANCELLED");
    release.countDown();
    assertThat(begun).isEmpty();
  }

  @Test
  void runningJob_isInterruptedAndFreesItsSlot() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    // the worker may have ended before cancel returns
    assertThat(queue.cancel(id).state()).isIn(Job.State.RUNNING, Job.State.CANCELLED);
    assertThat(ended(queue, id).state()).isEqualTo(Job.State.CANCELLED);
    queue.submit("", SPEC);
    assertThat(begun.take().id()).isNotEqualTo(id);
  }

  @Test
  void cancelRacingWithTheStart_neverLosesTheJob() throws Exception {
    JobQueue queue =
        queue(
            (job, context) -> {
              new CountDownLatch(1).await();
              return RESULT;
            },
            2,
            1000);
    for (int i = 0; i < 200; i++) {
      String id = queue.submit("", SPEC).id();
      queue.cancel(id);
      assertThat(ended(queue, id).state()).isEqualTo(Job.State.CANCELLED);
    }
  }

  @Test
  void finishedWork_winsOverALateCancel() throws Exception {
    JobQueue queue =
        queue(
            (job, context) -> {
              begun.add(job);
              try {
                release.await();
              } catch (InterruptedException e) {
                return RESULT; // it was published before the interrupt was seen
              }
              return RESULT;
            },
            1,
            10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    queue.cancel(id);
    assertThat(ended(queue, id).state()).isEqualTo(Job.State.SUCCEEDED);
  }

  @Test
  void unfinishedJobs_runAgainAfterARestartInTheirOrder() throws Exception {
    JobQueue first = queue(this::untilReleased, 1, 10);
    String running = first.submit("", SPEC).id();
    String waiting = first.submit("", new byte[] {7}).id();
    begun.take();
    first.close();
    assertThat(store.find(running).orElseThrow().state()).isEqualTo(Job.State.RUNNING);
    assertThat(store.find(waiting).orElseThrow().state()).isEqualTo(Job.State.QUEUED);

    List<String> order = Collections.synchronizedList(new ArrayList<>());
    JobQueue second =
        queue(
            (job, context) -> {
              order.add(job.id());
              return job.spec();
            },
            1,
            10);
    assertThat(ended(second, running).state()).isEqualTo(Job.State.SUCCEEDED);
    assertThat(ended(second, waiting).result()).isEqualTo(new byte[] {7});
    assertThat(order).containsExactly(running, waiting);
  }

  @Test
  void cancelledJobThatDoesNotStopInTime_isNotRunAgain() throws Exception {
    JobQueue first = queue(this::untilReleased, 1, 10);
    String id = first.submit("", SPEC).id();
    begun.take();
    first.cancel(id);
    first.close();
    assertThat(store.find(id).orElseThrow().state()).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void closedQueue_acceptsNothing() {
    JobQueue queue = queue((job, context) -> RESULT, 1, 10);
    queue.close();
    queue.close();
    assertThat(catchThrowableOfType(RequestException.class, () -> queue.submit("", SPEC)).kind())
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void watcher_seesTheCurrentStateFirstAndTheEndLast() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    BlockingQueue<Job.State> seen = new LinkedBlockingQueue<>();
    try (AutoCloseable watch = queue.watch(id, job -> seen.add(job.state()))) {
      assertThat(watch).isNotNull();
      assertThat(seen.take()).isEqualTo(Job.State.RUNNING);
      release.countDown();
      Job.State last = seen.take();
      while (last == Job.State.RUNNING) {
        last = seen.take();
      }
      assertThat(last).isEqualTo(Job.State.SUCCEEDED);
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void slowWatcher_holdsUpNobodyAndMissesNotTheEnd() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    JobQueue queue =
        queue(
            (job, context) -> {
              begun.add(job);
              release.await();
              for (int i = 0; i < 100_000; i++) {
                context.progress(i / 100_000.0, OptionalDouble.of(1));
              }
              return RESULT;
            },
            1,
            10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    List<Job> seen = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Job> end = new CompletableFuture<>();
    try (AutoCloseable watch =
        queue.watch(
            id,
            job -> {
              seen.add(job);
              awaitQuietly(slow);
              if (job.state().ended()) {
                end.complete(job);
              }
            })) {
      assertThat(watch).isNotNull();
      release.countDown();
      assertThat(ended(queue, id).state()).isEqualTo(Job.State.SUCCEEDED);
      slow.countDown();
      assertThat(end.get().state()).isEqualTo(Job.State.SUCCEEDED);
      assertThat(seen).hasSizeLessThanOrEqualTo(3);
    }
  }

  @Test
  void failingListener_harmsNobody() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    try (AutoCloseable watch =
        queue.watch(
            id,
            job -> {
              throw new IllegalStateException("the client is gone");
            })) {
      assertThat(watch).isNotNull();
      release.countDown();
      assertThat(ended(queue, id).state()).isEqualTo(Job.State.SUCCEEDED);
    }
  }

  @Test
  void watcher_isToldThatTheQueueCloses() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    CountDownLatch abandoned = new CountDownLatch(1);
    try (AutoCloseable watch = queue.watch(id, job -> {}, abandoned::countDown)) {
      assertThat(watch).isNotNull();
      queue.close();
      abandoned.await();
    }
  }

  @Test
  void watchers_areBoundedAndGiveTheirPlaceBack() throws Exception {
    JobQueue queue = queue(this::untilReleased, 1, 10);
    String id = queue.submit("", SPEC).id();
    begun.take();
    List<AutoCloseable> watches = new ArrayList<>();
    for (int i = 0; i < JobQueue.MAX_WATCHERS; i++) {
      watches.add(queue.watch(id, job -> {}));
    }
    assertThat(
            catchThrowableOfType(RequestException.class, () -> queue.watch(id, job -> {})).kind())
        .isEqualTo(Kind.RESOURCE_EXHAUSTED);
    release.countDown();
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }

  @Test
  void progress_isVisibleBeforeItIsStored() throws Exception {
    CountDownLatch reported = new CountDownLatch(1);
    JobQueue queue =
        queue(
            (job, context) -> {
              context.activity("epoch 1 of 2");
              context.progress(0.5, OptionalDouble.of(10));
              context.warn("an image is damaged");
              reported.countDown();
              return untilReleased(job, context);
            },
            1,
            10);
    String id = queue.submit("", SPEC).id();
    reported.await();
    for (Job job : List.of(queue.get(id), queue.list(1, "").jobs().getFirst())) {
      assertThat(job.activity()).isEqualTo("epoch 1 of 2");
      assertThat(job.progress()).isEqualTo(0.5);
      assertThat(job.etaSeconds()).hasValue(10);
      assertThat(job.warnings()).containsExactly("an image is damaged");
    }
    release.countDown();
    assertThat(ended(queue, id).warnings()).containsExactly("an image is damaged");
  }

  @Test
  void list_pagesNewestFirst() throws Exception {
    JobQueue queue = queue((job, context) -> RESULT, 1, 100);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(queue.submit("", SPEC).id());
      ended(queue, ids.getFirst());
    }
    Page first = queue.list(2, "");
    Page second = queue.list(2, first.nextPageToken());
    Page third = queue.list(2, second.nextPageToken());
    assertThat(first.jobs()).extracting(Job::id).isEqualTo(ids.subList(0, 2));
    assertThat(second.jobs()).extracting(Job::id).isEqualTo(ids.subList(2, 4));
    assertThat(third.jobs()).extracting(Job::id).isEqualTo(ids.subList(4, 5));
    assertThat(third.nextPageToken()).isEmpty();
    assertThat(queue.list(0, "").jobs()).hasSize(5);
  }

  @Test
  void list_refusesWhatItDoesNotKnow() {
    JobQueue queue = queue((job, context) -> RESULT, 1, 100);
    assertThatThrownBy(() -> queue.list(-1, "")).hasMessageStartingWith("page_size is -1; allowed");
    assertThatThrownBy(() -> queue.list(1001, "")).hasMessageStartingWith("page_size is 1001");
    assertThatThrownBy(() -> queue.list(1, "!?")).hasMessageStartingWith("page_token is \"!?\"");
  }

  @Test
  void unknownJob_isNotFound() {
    JobQueue queue = queue((job, context) -> RESULT, 1, 100);
    assertThatThrownBy(() -> queue.get("nope")).hasMessage("there is no job \"nope\"");
    assertThatThrownBy(() -> queue.cancel("nope")).hasMessage("there is no job \"nope\"");
    assertThatThrownBy(() -> queue.watch("nope", job -> {})).hasMessage("there is no job \"nope\"");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
