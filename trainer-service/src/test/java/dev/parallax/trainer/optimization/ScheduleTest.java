package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void warmUpRisesLinearlyFromZeroAndTheCosineEndsAtZero() {
    var schedule = new Schedule(2, 10, 110, Decay.DECAY_COSINE);
    assertThat(schedule.rate(0)).isZero();
    assertThat(schedule.rate(5)).isEqualTo(1);
    assertThat(schedule.rate(10)).isEqualTo(2);
    assertThat(schedule.rate(60)).isCloseTo(1, within(1e-12));
    assertThat(schedule.rate(110)).isCloseTo(0, within(1e-12));
  }

  @Test
  void aConstantRateStays() {
    var schedule = new Schedule(0.3, 0, 100, Decay.DECAY_CONSTANT);
    assertThat(schedule.rate(0)).isEqualTo(0.3);
    assertThat(schedule.rate(99)).isEqualTo(0.3);
  }

  @Test
  void ratesScaleWithTheBatch() {
    var optimization = Optimization.newBuilder().setLearningRate(0.3).setBatchSize(1024);
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_NONE).build()))
        .isEqualTo(0.3);
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_LINEAR).build()))
        .isCloseTo(1.2, within(1e-12));
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_SQRT).build()))
        .isCloseTo(9.6, within(1e-12));
  }
}
