package dev.parallax.trainer.recipe;

import static dev.parallax.trainer.recipe.Check.range;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Context;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.HeadLayer;
import java.util.List;

/** What the loss sees of an encoder's output: heads and context. */
final class HeadChecks {
  private static final int MAX_LAYERS = 8;
  private static final int MAX_SIZE = 65_536;

  /** Weights of one linear layer, 1 GiB of float32. */
  private static final long MAX_WEIGHTS = 1L << 28;

  private HeadChecks() {}

  /**
   * @param features size of the encoder's representation
   */
  static void check(String path, Extraction extraction, int features) {
    int projected = head(path + ".projection", extraction.getProjectionList(), features);
    head(path + ".prediction", extraction.getPredictionList(), projected);
    if (extraction.hasContext()) {
      context(path + ".context", extraction.getContext());
    }
  }

  private static int head(String path, List<HeadLayer> layers, int in) {
    if (layers.size() > MAX_LAYERS) {
      throw RequestException.invalid(path, layers.size() + " layers", "at most " + MAX_LAYERS);
    }
    int size = in;
    for (int i = 0; i < layers.size(); i++) {
      String at = path + "[" + i + "]";
      HeadLayer layer = layers.get(i);
      range(at + ".size", layer.getSize(), 1, MAX_SIZE);
      if ((long) size * layer.getSize() > MAX_WEIGHTS) {
        throw RequestException.invalid(
            at + ".size",
            layer.getSize(),
            "1 to " + MAX_WEIGHTS / size + " behind " + size + " values (1 GiB of weights)");
      }
      if (layer.getFixedNorm() && !layer.getBatchNorm()) {
        throw RequestException.invalid(
            at + ".fixed_norm", true, "false unless batch_norm is true, too");
      }
      size = layer.getSize();
    }
    return size;
  }

  private static void context(String path, Context context) {
    range(path + ".blocks", context.getBlocks(), 1, 16);
    range(path + ".hidden", context.getHidden(), 8, 4096);
  }
}
