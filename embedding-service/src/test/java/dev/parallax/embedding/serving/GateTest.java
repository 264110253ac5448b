package dev.parallax.embedding.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.CountingMonitor;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.embedding.serving.Gate.Pass;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class GateTest {
  private final CountingMonitor monitor = new CountingMonitor();
  private final Gate gate = new Gate(new GateLimits(2, 100, 1), monitor);

  @Test
  void callsBeyondTheLimits_areRefused() {
    Pass large = gate.enter(90);
    assertRefused(() -> gate.enter(11), Kind.RESOURCE_EXHAUSTED);
    Pass small = gate.enter(10);
    assertRefused(() -> gate.enter(0), Kind.RESOURCE_EXHAUSTED);
    large.close();
    small.close();
    assertThat(monitor.refusals)
        .containsExactly(Refusal.TOO_MUCH_IN_FLIGHT, Refusal.TOO_MUCH_IN_FLIGHT);
  }

  @Test
  void aCallLargerThanEverything_getsInWhenItIsAlone() {
    gate.enter(1000).close();
    assertThat(gate.calls()).isZero();
  }

  @Test
  void streamsBeyondTheLimit_areRefused() {
    Pass stream = gate.openStream();
    assertRefused(gate::openStream, Kind.RESOURCE_EXHAUSTED);
    stream.close();
    gate.openStream().close();
  }

  @Test
  void aStoppedGate_letsNothingIn_andWaitsForWhatIsInside() throws Exception {
    Pass inside = gate.enter(1);
    gate.stop();
    assertRefused(() -> gate.enter(1), Kind.UNAVAILABLE);
    assertThat(gate.awaitIdle(Duration.ZERO)).isFalse();

    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Void> leaves =
        CompletableFuture.runAsync(
            () -> {
              try {
                waiting.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              inside.close();
            });
    waiting.countDown();
    assertThat(gate.awaitIdle(Duration.ofSeconds(10))).isTrue();
    leaves.join();
  }

  private static void assertRefused(ThrowingCallable entry, Kind kind) {
    assertThatThrownBy(entry)
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
