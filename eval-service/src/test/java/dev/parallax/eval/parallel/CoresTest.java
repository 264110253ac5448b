package dev.parallax.eval.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoresTest {
  private final Cores cores = new Cores(3);

  @AfterEach
  void close() {
    cores.close();
  }

  @Test
  void everyTask_runsOnce() throws Exception {
    AtomicIntegerArray runs = new AtomicIntegerArray(100);
    cores.run(100, runs::incrementAndGet);
    for (int i = 0; i < 100; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void rows_coverTheRangeWithoutOverlap() throws Exception {
    AtomicIntegerArray runs = new AtomicIntegerArray(101);
    cores.rows(
        101,
        10,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            runs.incrementAndGet(i);
          }
        });
    for (int i = 0; i < 101; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void failureOfATask_isThrown_andLaterTasksAreLeftOut() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                cores.run(
                    100_000,
                    index -> {
                      runs.incrementAndGet();
                      throw new IllegalStateException("task " + index);
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(runs.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void interrupt_waitsForTasksThatHaveBegun() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger endedAtReturn = new AtomicInteger(-1);
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    cores.run(
                        1,
                        index -> {
                          begun.countDown();
                          awaitQuietly(release);
                          ended.incrementAndGet();
                        });
                  } catch (InterruptedException e) {
                    endedAtReturn.set(ended.get());
                  }
                });
    begun.await();
    caller.interrupt();
    release.countDown();
    caller.join();
    assertThat(endedAtReturn.get()).isEqualTo(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
