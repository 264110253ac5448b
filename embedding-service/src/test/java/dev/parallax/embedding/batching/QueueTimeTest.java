package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QueueTimeTest {
  private static final double MS = 1e6;
  private static final Optional<Duration> NO_DEADLINE = Optional.empty();

  @Test
  void threadsShareTheWork_andMoreThanIsAllowedIsTooLong() {
    QueueTime queueTime = new QueueTime(Optional.of(Duration.ofMillis(100)));
    ExpectedWait wait = queueTime.expect(200 * MS, 2, 16 * MS);
    assertThat(wait.time()).isEqualTo(Duration.ofMillis(100));
    assertThat(wait.isTooLong(NO_DEADLINE)).isFalse();
    assertThat(queueTime.expect(202 * MS, 2, 16 * MS).isTooLong(NO_DEADLINE)).isTrue();
  }

  @Test
  void usually_halfASecondIsAllowed_andFourBatchesOfASlowModel() {
    assertThat(QueueTime.usual().expect(0, 2, 16 * MS).allowed()).isEqualTo(Duration.ofMillis(500));
    assertThat(QueueTime.usual().expect(0, 2, 1000 * MS).allowed())
        .isEqualTo(Duration.ofSeconds(4));
    assertThat(new QueueTime(Optional.of(Duration.ofSeconds(1))).expect(0, 2, 1000 * MS).allowed())
        .as("what is set holds for slow models, too")
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void usually_aHandfulOfCallersIsNotRefused_howeverSlowTheModel() {
    for (double each : new double[] {1e3, 1e6, 1e9, 1e12}) {
      // eight callers of twenty images each on two executors, of which seven stand before the last
      ExpectedWait wait = QueueTime.usual().expect(7 * 16 * each, 2, 16 * each);
      assertThat(wait.isTooLong(NO_DEADLINE)).isFalse();
    }
  }

  @Test
  void aDeadlineThatPassesBeforeTheTurn_isTooLong() {
    ExpectedWait wait = QueueTime.usual().expect(100 * MS, 1, 16 * MS);
    assertThat(wait.isTooLong(Optional.of(Duration.ofMillis(200)))).isFalse();
    assertThat(wait.isTooLong(Optional.of(Duration.ofMillis(50)))).isTrue();
    assertThat(wait.allowed(Optional.of(Duration.ofMillis(50)))).isEqualTo("50 ms, its deadline");
    assertThat(wait.isTooLong(Optional.of(Duration.ofMillis(-1))))
        .as("one that has passed is DEADLINE_EXCEEDED")
        .isFalse();
  }

  @Test
  void nothingAhead_isNeverTooLong() {
    ExpectedWait wait = new QueueTime(Optional.of(Duration.ofMillis(1))).expect(0, 1, 1000 * MS);
    assertThat(wait.isTooLong(Optional.of(Duration.ofNanos(1)))).isFalse();
  }

  @Test
  void theHint_isTheWait_withinReason() {
    assertThat(QueueTime.usual().expect(700 * MS, 1, MS).retryAfter())
        .isEqualTo(Duration.ofMillis(700));
    assertThat(QueueTime.usual().expect(1, 1, MS).retryAfter()).isEqualTo(Duration.ofMillis(10));
    assertThat(QueueTime.usual().expect(1e12, 1, MS).retryAfter()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aTimeOutOfItsRange_isAnError() {
    assertThatThrownBy(() -> new QueueTime(Optional.of(Duration.ZERO)))
        .hasMessage("maxQueueTime is PT0S; allowed: PT0.001S to PT1H");
    assertThatThrownBy(() -> new BatchSettings(16, 1, 64, Duration.ofSeconds(2), QueueTime.usual()))
        .hasMessage("linger is PT2S; allowed: 0 to PT1S");
  }
}
