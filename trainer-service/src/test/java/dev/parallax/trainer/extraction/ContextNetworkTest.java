package dev.parallax.trainer.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Forward.Mode;
import dev.parallax.trainer.encoder.GoldenParameters;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Context;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContextNetworkTest {
  private static final int CHANNELS = 6;
  private static final int SIDE = 5;

  private final Layer context =
      ContextNetwork.build(CHANNELS, Context.newBuilder().setBlocks(3).setHidden(7).build());

  @BeforeAll
  static void startEngine() {
    Torch.start(2);
  }

  @Test
  void contextsAndGradientsAreThoseOfPyTorch() {
    Golden golden = Golden.read("context");
    Context spec =
        Context.newBuilder()
            .setBlocks(golden.integer("blocks"))
            .setHidden(golden.integer("hidden"))
            .build();
    int channels = Math.toIntExact(golden.longs("input_shape")[1]);
    GoldenHead.assertAgrees(golden, ContextNetwork.build(channels, spec));
  }

  @Test
  void aPlaceDependsOnItsRowAndThoseAboveButOnNoneBelow() {
    try (Parameters parameters = GoldenParameters.of(context);
        TensorScope scope = TensorScope.root()) {
      float[] grid = new GoldenNumbers("grid").uniforms(CHANNELS * SIDE * SIDE);
      float[] before = contexts(grid, parameters, scope);
      int changedRow = 2;
      for (int channel = 0; channel < CHANNELS; channel++) {
        grid[channel * SIDE * SIDE + changedRow * SIDE + 3] += 5;
      }
      float[] after = contexts(grid, parameters, scope);
      for (int channel = 0; channel < CHANNELS; channel++) {
        int start = channel * SIDE * SIDE;
        int changed = start + changedRow * SIDE;
        assertThat(Arrays.copyOfRange(after, start, changed))
            .isEqualTo(Arrays.copyOfRange(before, start, changed));
      }
      for (int row = changedRow; row < SIDE; row++) {
        assertThat(row(after, row)).as("row %d", row).isNotEqualTo(row(before, row));
      }
    }
  }

  private float[] contexts(float[] grid, Parameters parameters, TensorScope scope) {
    Tensor x = scope.floats(grid, 1, CHANNELS, SIDE, SIDE);
    return Forward.run(context, parameters, x, Mode.EVALUATION).toFloats();
  }

  /** A row of places in all channels. */
  private static float[] row(float[] grid, int row) {
    float[] values = new float[CHANNELS * SIDE];
    for (int channel = 0; channel < CHANNELS; channel++) {
      System.arraycopy(grid, channel * SIDE * SIDE + row * SIDE, values, channel * SIDE, SIDE);
    }
    return values;
  }
}
