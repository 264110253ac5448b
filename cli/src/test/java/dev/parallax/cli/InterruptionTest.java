package dev.parallax.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.cli.Interruption.Registration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterruptionTest {
  private final Interruption interruption = new Interruption();
  private final List<String> done = new ArrayList<>();

  @Test
  void actions_runOnceAndLastRegisteredFirst() {
    interruption.on(() -> done.add("first"));
    interruption.on(() -> done.add("second"));
    interruption.interrupt();
    interruption.interrupt();
    assertThat(done).containsExactly("second", "first");
    assertThat(interruption.interrupted()).isTrue();
  }

  @Test
  void actions_thatWereTakenBackDoNotRun() {
    try (Registration _ = interruption.on(() -> done.add("taken back"))) {
      assertThat(interruption.interrupted()).isFalse();
    }
    interruption.interrupt();
    assertThat(done).isEmpty();
  }

  /** The JVM runs its hooks at a normal end too. */
  @Test
  void commands_thatHaveFinishedAreNotInterrupted() {
    interruption.on(() -> done.add("too late"));
    interruption.finish();
    interruption.interrupt();
    assertThat(done).isEmpty();
    assertThat(interruption.interrupted()).isFalse();
  }
}
