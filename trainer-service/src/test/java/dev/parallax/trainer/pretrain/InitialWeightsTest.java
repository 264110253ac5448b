package dev.parallax.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.export.OnnxWeights.Weight;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.recipe.Compositions;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Recipe;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
  private final Runs.Recorded events = new Runs.Recorded();

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void amdimGoesOnFromAmdim_andWhatItsLossAloneSeesStartsAtRandom() {
    Network network = Networks.of(Compositions.multiScaleNceOfAmdim().build());
    Initial initial = published(network);
    try (Parameters parameters = Initialization.of(network.trained(), 2)) {
      float[] head = parameters.get("rkhs_block_7.conv1.weight").toFloats();
      InitialWeights.load(initial, network, parameters, events);
      String first = ParameterNames.served(network.encoder()).getFirst().name();
      assertThat(parameters.get(first).toFloats()).isEqualTo(initial.weights().get(first).values());
      assertThat(parameters.get("rkhs_block_7.conv1.weight").toFloats()).isEqualTo(head);
    }
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .startsWith("these start at random")
        .contains("rkhs_block_7.conv1.weight");
  }

  @Test
  void aProjectionGoesOnUpToTheFirstBlockThatDiffers() {
    // Blocks of 128 and 64; the new one's second block differs, and its third would fit again.
    Recipe.Builder recipe = Compositions.ntXent();
    recipe.getExtractionBuilder().addProjection(recipe.getExtraction().getProjection(1));
    Network old = Networks.of(recipe.build());
    recipe.getExtractionBuilder().getProjectionBuilder(1).setBatchNorm(false);
    Network network = Networks.of(recipe.build());
    Initial initial = published(old);
    try (Parameters parameters = Initialization.of(network.trained(), 2)) {
      float[] second = parameters.get("projection.1.linear.weight").toFloats();
      float[] third = parameters.get("projection.2.linear.weight").toFloats();
      InitialWeights.load(initial, network, parameters, events);
      assertThat(parameters.get("projection.0.linear.weight").toFloats())
          .isEqualTo(initial.weights().get("projection.0.linear.weight").values());
      assertThat(parameters.get("projection.1.linear.weight").toFloats()).isEqualTo(second);
      assertThat(parameters.get("projection.2.linear.weight").toFloats()).isEqualTo(third);
    }
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .contains("projection.1.linear.weight")
        .contains("projection.2.linear.weight");
  }

  @Test
  void aClassifierStartsAfresh_evenWhereTheModelHasOneOfItsShape() {
    Network network = Networks.of(Compositions.crossEntropy().build()).classifying(10);
    Initial initial = published(network);
    try (Parameters parameters = Initialization.of(network.trained(), 2)) {
      float[] classifier = parameters.get("classifier.weight").toFloats();
      InitialWeights.load(initial, network, parameters, events);
      assertThat(parameters.get("classifier.weight").toFloats()).isEqualTo(classifier);
    }
    assertThat(events.warnings).isEmpty();
  }

  @Test
  void anEncoderOfAnotherShapeIsRefused() {
    Recipe.Builder recipe = Compositions.ntXent();
    Initial initial = published(Networks.of(recipe.build()));
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.5);
    Network wider = Networks.of(recipe.build());
    try (Parameters parameters = Initialization.of(wider.trained(), 2)) {
      assertThatThrownBy(() -> InitialWeights.load(initial, wider, parameters, events))
          .isInstanceOf(TrainingFailedException.class)
          .hasMessageContaining("initial_model m/1 has another encoder: its conv1.weight is");
    }
  }

  /** What a model of this network holds once it is published. */
  private static Initial published(Network network) {
    Map<String, Weight> weights = new HashMap<>();
    try (Parameters parameters = Initialization.of(network.whole(), 1)) {
      for (ParameterSpec spec : ParameterNames.served(network.whole())) {
        weights.put(
            spec.name(),
            new Weight(spec.shape().dimensions(), parameters.get(spec.name()).toFloats()));
      }
    }
    return new Initial("m/1", weights);
  }
}
