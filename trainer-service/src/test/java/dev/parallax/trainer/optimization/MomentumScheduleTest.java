package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.v1.MomentumEncoder;
import org.junit.jupiter.api.Test;

class MomentumScheduleTest {
  @Test
  void momentumRisesToOneAsByols() {
    for (Golden golden : Golden.read("schedule").get("momenta").list()) {
      var schedule =
          new MomentumSchedule(golden.number("base"), true, golden.integer("total_steps"));
      double[] momenta = golden.doubles("momenta");
      for (int step = 0; step < momenta.length; step++) {
        assertThat(schedule.momentum(step))
            .as("%s, step %d", golden, step)
            .isCloseTo(momenta[step], within(1e-12));
      }
      assertThat(schedule.momentum(momenta.length)).isEqualTo(1);
    }
  }

  @Test
  void momentumStaysWhereItIsNotToRise() {
    var schedule = MomentumSchedule.of(MomentumEncoder.newBuilder().setMomentum(0.99).build(), 10);
    assertThat(schedule.momentum(0)).isEqualTo(0.99);
    assertThat(schedule.momentum(9)).isEqualTo(0.99);
  }

  @Test
  void aMomentumOfOneIsRefused() {
    assertThatThrownBy(() -> new MomentumSchedule(1, false, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("momentum is 1.0; allowed: 0 <= momentum < 1");
  }
}
