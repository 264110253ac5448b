package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizationChecksTest {
  @ParameterizedTest
  @MethodSource({"optimizers", "rates", "schedules"})
  void numbersOutOfRange_areRefused(Refusal refusal) {
    refusal.holds();
  }

  @Test
  void untrainedBaseline_keepsTheScheduleOfItsRecipe() {
    Recipe.Builder recipe = Compositions.swappedPrediction();
    recipe.getOptimizationBuilder().setDecay(Decay.DECAY_STEP).setWarmupEpochs(1).setEpochs(0);
    recipe.getOptimizationBuilder().addStepsBuilder().setEpoch(8).setFactor(0.1);
    assertThatCode(() -> RecipeChecks.check("recipe", recipe.build())).doesNotThrowAnyException();
  }

  static Stream<Refusal> optimizers() {
    return Stream.of(
        change(
            Optimization.Builder::clearOptimizer,
            "optimization has no optimizer; allowed: sgd, lars, adam, adamw or larc"),
        change(
            o -> o.getSgdBuilder().setMomentum(1),
            "optimization.sgd.momentum is 1; allowed: 0 or more, below 1"),
        change(
            o -> o.getLarsBuilder().setMomentum(-0.1).setTrustCoefficient(0.001),
            "optimization.lars.momentum is -0.1; allowed: 0 or more, below 1"),
        change(
            o -> o.getLarsBuilder().setTrustCoefficient(0),
            "optimization.lars.trust_coefficient is 0; allowed: above 0, at most 1"),
        change(
            o -> o.getLarcBuilder().setMomentum(1).setTrustCoefficient(0.001),
            "optimization.larc.momentum is 1; allowed: 0 or more, below 1"),
        change(
            o -> o.getLarcBuilder().setTrustCoefficient(2),
            "optimization.larc.trust_coefficient is 2; allowed: above 0, at most 1"),
        change(
            o -> o.getAdamBuilder().setBeta1(1).setBeta2(0.999).setEpsilon(1e-8),
            "optimization.adam.beta1 is 1; allowed: 0 or more, below 1"),
        change(
            o -> o.getAdamBuilder().setBeta1(0.9).setBeta2(1).setEpsilon(1e-8),
            "optimization.adam.beta2 is 1; allowed: 0 or more, below 1"),
        change(
            o -> o.getAdamwBuilder().setBeta1(0.9).setBeta2(0.999),
            "optimization.adamw.epsilon is 0; allowed: above 0, at most 1"));
  }

  static Stream<Refusal> rates() {
    return Stream.of(
        change(
            o -> o.setLearningRate(0),
            "optimization.learning_rate is 0; allowed: above 0, at most 100"),
        change(
            o -> o.clearRateScaling(),
            "optimization.rate_scaling is RATE_SCALING_UNSPECIFIED; allowed: RATE_SCALING_NONE,"
                + " RATE_SCALING_LINEAR or RATE_SCALING_SQRT"),
        change(o -> o.setWeightDecay(1.5), "optimization.weight_decay is 1.5; allowed: 0 to 1"),
        change(o -> o.setBatchSize(1), "optimization.batch_size is 1; allowed: 2 to 65536"),
        change(o -> o.setEpochs(-3), "optimization.epochs is -3; allowed: 0 to 100000"),
        change(
            o -> o.setAccumulatedBatches(1025),
            "optimization.accumulated_batches is 1025; allowed: 0 to 1024"),
        change(o -> o.setClipNorm(-1), "optimization.clip_norm is -1; allowed: 0 to 1000000"),
        change(
            o -> o.setConstantPredictionRate(true),
            "optimization.constant_prediction_rate is true; allowed: false unless"
                + " extraction.prediction has layers"));
  }

  static Stream<Refusal> schedules() {
    return Stream.of(
        change(
            o -> o.setWarmupEpochs(11),
            "optimization.warmup_epochs is 11; allowed: 0 to 10, at most epochs"),
        change(
            o -> o.setWarmupSteps(1_000_001),
            "optimization.warmup_steps is 1000001; allowed: 0 to 1000000"),
        change(
            o -> o.setWarmupEpochs(1).setWarmupSteps(500),
            "optimization.warmup_steps is 500; allowed: 0 where warmup_epochs is set"),
        change(
            o -> o.clearDecay(),
            "optimization.decay is DECAY_UNSPECIFIED; allowed: DECAY_CONSTANT, DECAY_COSINE or"
                + " DECAY_STEP"),
        change(
            o -> o.setLearningRate(0.5).setFinalLearningRate(0.6),
            "optimization.final_learning_rate is 0.6; allowed: 0 to 0.5, at most learning_rate"),
        change(
            o -> o.setDecay(Decay.DECAY_CONSTANT).setFinalLearningRate(0.01),
            "optimization.final_learning_rate is 0.01; allowed: 0 unless decay is DECAY_COSINE"),
        change(
            o -> o.addStepsBuilder().setEpoch(5),
            "optimization.steps is \"1 step\"; allowed: none unless decay is DECAY_STEP"),
        change(
            o -> o.setDecay(Decay.DECAY_STEP),
            "optimization.steps is \"0 steps\"; allowed: 1 to 16 with DECAY_STEP"),
        steps(o -> step(o, 11, 0.1), "[0].epoch is 11; allowed: 1 to 10, at most epochs"),
        steps(o -> step(o, 5, 1.5), "[0].factor is 1.5; allowed: 0 to 1"),
        steps(
            o -> step(step(o, 5, 0.1), 5, 0.01),
            "[1].epoch is 5; allowed: above 5, the epoch of the step before"));
  }

  private static Refusal steps(Consumer<Optimization.Builder> change, String message) {
    return change(o -> change.accept(o.setDecay(Decay.DECAY_STEP)), "optimization.steps" + message);
  }

  private static Optimization.Builder step(Optimization.Builder o, int epoch, double factor) {
    o.addStepsBuilder().setEpoch(epoch).setFactor(factor);
    return o;
  }

  private static Refusal change(Consumer<Optimization.Builder> change, String message) {
    return Refusal.of(
        Compositions.ntXent(), r -> change.accept(r.getOptimizationBuilder()), message);
  }
}
