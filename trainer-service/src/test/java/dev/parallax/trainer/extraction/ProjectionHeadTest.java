package dev.parallax.trainer.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.HeadLayer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProjectionHeadTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @Test
  void aFixedNormIsPyTorchsWithoutFactorAndSummand() {
    Golden golden = Golden.read("fixed_norm");
    HeadLayer layer =
        HeadLayer.newBuilder()
            .setSize(golden.integer("size"))
            .setBatchNorm(true)
            .setFixedNorm(true)
            .build();
    int in = Math.toIntExact(golden.longs("input_shape")[1]);
    GoldenHead.assertAgrees(golden, ProjectionHead.build("projection", in, List.of(layer)));
  }

  @Test
  void onlyALayerWithoutNormHasABias() {
    var head =
        ProjectionHead.build(
            "prediction",
            8,
            List.of(
                HeadLayer.newBuilder().setSize(4).setBatchNorm(true).setRelu(true).build(),
                HeadLayer.newBuilder().setSize(8).build()));
    assertThat(ParameterNames.of(head))
        .extracting(ParameterSpec::name)
        .containsExactly(
            "prediction.0.linear.weight",
            "prediction.0.norm.weight",
            "prediction.0.norm.bias",
            "prediction.0.norm.running_mean",
            "prediction.0.norm.running_var",
            "prediction.1.linear.weight",
            "prediction.1.linear.bias");
  }
}
