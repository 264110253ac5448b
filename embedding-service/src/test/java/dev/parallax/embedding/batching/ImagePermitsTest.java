package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImagePermitsTest {
  private final ImagePermits permits = new ImagePermits(8);
  private final List<String> granted = new ArrayList<>();

  @Test
  void aCallThatDoesNotFit_isRefusedWhole() {
    assertThat(permits.tryAcquire(5)).isTrue();
    assertThat(permits.tryAcquire(4)).isFalse();
    assertThat(permits.tryAcquire(3)).isTrue();
    assertThat(permits.free()).isZero();
  }

  @Test
  void patientCalls_getAtMostHalf_inTheirOrder() {
    permits.acquire(4, () -> granted.add("a"));
    permits.acquire(2, () -> granted.add("b"));
    permits.acquire(1, () -> granted.add("c"));
    assertThat(granted).containsExactly("a");
    assertThat(permits.tryAcquire(4)).as("the other half is for prompt calls").isTrue();

    permits.releasePatient(4);
    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void whatTheFirstInLineWaitsFor_isKeptFromPromptCalls() {
    assertThat(permits.tryAcquire(6)).isTrue();
    permits.acquire(4, () -> granted.add("a"));
    permits.release(1);
    assertThat(permits.tryAcquire(1)).isFalse();
    permits.release(1);
    assertThat(granted).containsExactly("a");
  }

  @Test
  void whoLeavesTheLine_letsTheNextPass() {
    permits.acquire(3, () -> granted.add("a"));
    ImagePermits.Withdrawal b = permits.acquire(4, () -> granted.add("b"));
    permits.acquire(1, () -> granted.add("c"));
    assertThat(b.withdraw()).isTrue();
    assertThat(granted).containsExactly("a", "c");
    assertThat(b.withdraw()).isFalse();
    permits.releasePatient(4);
    assertThat(permits.free()).isEqualTo(8);
  }

  @Test
  void aCallThatCanNeverFit_isAnError() {
    assertThatThrownBy(() -> permits.acquire(5, () -> {}))
        .hasMessage("images is 5; allowed: at most 4");
  }
}
