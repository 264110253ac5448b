package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class PaceTest {
  private final Pace pace = new Pace();

  @Test
  void afterTooFewRuns_thereIsNoSettledFigure() {
    assertThat(pace.latest()).isZero();
    for (int i = 1; i < Pace.WARM_UP; i++) {
      pace.add(2, 20);
    }
    assertThat(pace.latest()).isCloseTo(10, within(1e-9));
    assertThat(pace.settled()).isZero();
    pace.add(2, 20);
    assertThat(pace.settled()).isCloseTo(10, within(1e-9));
  }

  @Test
  void images_weighAlike_notRuns() {
    for (int i = 0; i < 500; i++) {
      pace.add(1, 100);
      pace.add(99, 900);
    }
    assertThat(pace.settled()).isCloseTo(10, within(1.0));
  }

  @Test
  void oneStall_doesNotDecide_butALastingChangeDoes() {
    for (int i = 0; i < 100; i++) {
      pace.add(16, 16);
    }
    pace.add(16, 1600);
    assertThat(pace.settled()).isLessThan(5);
    for (int i = 0; i < 200; i++) {
      pace.add(16, 320);
    }
    assertThat(pace.settled()).isCloseTo(20, within(1.0));
  }
}
