package dev.parallax.trainer.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.RateStep;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void warmUpRisesLinearlyFromZeroAndTheCosineEndsAtZero() {
    var schedule = new Schedule(2, 10, new Annealing.Cosine(0, 110));
    assertThat(schedule.rate(0)).isZero();
    assertThat(schedule.rate(5)).isEqualTo(1);
    assertThat(schedule.rate(10)).isEqualTo(2);
    assertThat(schedule.rate(60)).isCloseTo(1, within(1e-12));
    assertThat(schedule.rate(110)).isCloseTo(0, within(1e-12));
  }

  @Test
  void aConstantRateStays() {
    var schedule = new Schedule(0.3, 0, new Annealing.Constant());
    assertThat(schedule.rate(0)).isEqualTo(0.3);
    assertThat(schedule.rate(99)).isEqualTo(0.3);
  }

  @Test
  void ratesAgreeWithSimClrs() {
    for (Golden golden : Golden.read("schedule").cases()) {
      Annealing annealing =
          golden.string("decay").equals("DECAY_COSINE")
              ? new Annealing.Cosine(0, golden.integer("total_steps"))
              : new Annealing.Constant();
      var schedule = new Schedule(golden.number("peak"), golden.integer("warmup_steps"), annealing);
      long[] steps = golden.longs("steps");
      double[] rates = golden.doubles("rates");
      for (int i = 0; i < steps.length; i++) {
        assertThat(schedule.rate(steps[i]))
            .as("%s, step %d", golden, steps[i])
            .isCloseTo(rates[i], within(1e-12 + 1e-9 * rates[i]));
      }
    }
  }

  @Test
  void theCosineEndsAtItsFloorAsPyTorchsDoes() {
    for (Golden golden : Golden.read("schedule").get("floors").list()) {
      var cosine = new Annealing.Cosine(golden.number("end"), golden.integer("total_steps"));
      var schedule = new Schedule(golden.number("peak"), golden.integer("warmup_steps"), cosine);
      follows(golden, schedule);
      assertThat(schedule.rate(golden.integer("total_steps")))
          .isCloseTo(golden.number("end"), within(1e-12));
    }
  }

  @Test
  void dropsFollowPyTorchsMilestones() {
    for (Golden golden : Golden.read("schedule").get("drops").list()) {
      long[] steps = golden.longs("steps");
      double[] factors = golden.doubles("factors");
      List<Annealing.Drop> drops =
          IntStream.range(0, steps.length)
              .mapToObj(i -> new Annealing.Drop(steps[i], factors[i]))
              .toList();
      follows(golden, new Schedule(golden.number("peak"), 0, new Annealing.Drops(drops)));
    }
  }

  @Test
  void dropsCountEpochs() {
    var schedule =
        Schedule.of(
            recipe()
                .setDecay(Decay.DECAY_STEP)
                .addSteps(RateStep.newBuilder().setEpoch(2).setFactor(0.1))
                .addSteps(RateStep.newBuilder().setEpoch(3).setFactor(0.02))
                .build(),
            10);
    assertThat(schedule.rate(19)).isEqualTo(0.5);
    assertThat(schedule.rate(20)).isCloseTo(0.05, within(1e-15));
    assertThat(schedule.rate(29)).isCloseTo(0.05, within(1e-15));
    assertThat(schedule.rate(30)).isCloseTo(0.01, within(1e-15));
  }

  @Test
  void dropsOutOfOrderAreRefused() {
    var drops = List.of(new Annealing.Drop(20, 0.1), new Annealing.Drop(20, 0.01));
    assertThatThrownBy(() -> new Annealing.Drops(drops))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: ascending epochs");
  }

  @Test
  void theFloorIsScaledAsThePeakIs() {
    var schedule =
        Schedule.of(
            recipe()
                .setDecay(Decay.DECAY_COSINE)
                .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
                .setBatchSize(1024)
                .setFinalLearningRate(0.001)
                .build(),
            10);
    assertThat(schedule.rate(0)).isEqualTo(2);
    assertThat(schedule.rate(40)).isCloseTo(0.004, within(1e-12));
  }

  @Test
  void warmUpInUpdatesTakesThePlaceOfWarmUpInEpochs() {
    var recipe = recipe().setWarmupEpochs(2).setWarmupSteps(5);
    assertThat(Schedule.of(recipe.build(), 10).rate(4)).isCloseTo(0.4, within(1e-12));
    assertThat(Schedule.of(recipe.build(), 10).rate(5)).isEqualTo(0.5);
    assertThat(Schedule.of(recipe.setWarmupSteps(0).build(), 10).rate(5))
        .isCloseTo(0.125, within(1e-12));
  }

  @Test
  void thePredictionHeadsRateStaysAtThePeakFromTheFirstStepOn() {
    var recipe = recipe().setDecay(Decay.DECAY_COSINE).setWarmupEpochs(1);
    var constant = Schedule.of(recipe.setConstantPredictionRate(true).build(), 10);
    assertThat(constant.at(0)).isEqualTo(new StepSize(0, 0.5, Set.of()));
    assertThat(constant.predictionRate(39)).isEqualTo(0.5);
    var same = Schedule.of(recipe.setConstantPredictionRate(false).build(), 10);
    assertThat(same.predictionRate(30)).isEqualTo(same.rate(30)).isNotEqualTo(0.5);
  }

  @Test
  void averagedBatchesHaveTheRatesOfOneLargeBatch() {
    var small =
        recipe()
            .setDecay(Decay.DECAY_COSINE)
            .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
            .setBatchSize(64)
            .setAccumulatedBatches(4)
            .setWarmupSteps(3)
            .build();
    var large = small.toBuilder().setBatchSize(256).clearAccumulatedBatches().build();
    var ofSmall = Schedule.of(small, 40);
    var ofLarge = Schedule.of(large, 10);
    for (int step = 0; step < 160; step++) {
      assertThat(ofSmall.rate(step)).as("step %d", step).isEqualTo(ofLarge.rate(step / 4));
      assertThat(ofSmall.updatesAfter(step)).as("step %d", step).isEqualTo(step % 4 == 3);
      assertThat(ofLarge.updatesAfter(step)).isTrue();
    }
  }

  @Test
  void ratesScaleWithTheImagesOfAnUpdate() {
    var optimization = Optimization.newBuilder().setLearningRate(0.3).setBatchSize(1024);
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_NONE).build()))
        .isEqualTo(0.3);
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_LINEAR).build()))
        .isCloseTo(1.2, within(1e-12));
    assertThat(Schedule.peak(optimization.setRateScaling(RateScaling.RATE_SCALING_SQRT).build()))
        .isCloseTo(9.6, within(1e-12));
    assertThat(Schedule.peak(optimization.setAccumulatedBatches(4).build()))
        .isCloseTo(19.2, within(1e-12));
  }

  /** Four epochs at 0.5. */
  private static Optimization.Builder recipe() {
    return Optimization.newBuilder()
        .setLearningRate(0.5)
        .setRateScaling(RateScaling.RATE_SCALING_NONE)
        .setDecay(Decay.DECAY_CONSTANT)
        .setBatchSize(256)
        .setEpochs(4);
  }

  private static void follows(Golden golden, Schedule schedule) {
    double[] rates = golden.doubles("rates");
    for (int step = 0; step < rates.length; step++) {
      assertThat(schedule.rate(step))
          .as("%s, step %d", golden, step)
          .isCloseTo(rates[step], within(1e-12 + 1e-9 * rates[step]));
    }
  }
}
