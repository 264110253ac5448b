package dev.parallax.trainer.targets;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;

/**
 * Learnt unit vectors that views are assigned to, Caron et al. 2020 (SwAV): a linear layer without
 * bias, whose weight lives among the trained parameters.
 *
 * @param parameters hold {@link #WEIGHT}
 */
public record Prototypes(Parameters parameters) {
  private static final String NAME = "prototypes";

  /** Float32 {@code [count, dimensions]}. */
  public static final String WEIGHT = NAME + ".weight";

  /** The layer that names the weight and gives it its first values. */
  public static Layer.Linear layer(int count, int dimensions) {
    return new Layer.Linear(NAME, dimensions, count, false);
  }

  /**
   * Scores of rows with prototypes, cosines after {@link #normalize}.
   *
   * @param unitRows float32 {@code [n, dimensions]}, rows of unit length
   * @return float32 {@code [n, count]}
   */
  public Tensor scores(Tensor unitRows) {
    return unitRows.linear(parameters.get(WEIGHT), null);
  }

  /** Scales the prototypes to unit length; before each step, as in the authors' code. */
  public void normalize() {
    Autograd.without(
        () -> {
          Tensor weight = parameters.get(WEIGHT);
          try (Tensor unit = weight.normalizeRows()) {
            weight.setRows(0, unit);
          }
          return null;
        });
  }
}
