package dev.parallax.trainer.extraction;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.v1.HeadLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * Projection and prediction heads as a list of blocks: a linear layer, then batch norm and ReLU
 * where asked for.
 */
public final class ProjectionHead {
  private ProjectionHead() {}

  /**
   * Layers named {@code <prefix>.<block>.linear} and {@code <prefix>.<block>.norm}. A linear layer
   * with a norm behind it has no bias.
   *
   * @param prefix {@code projection} or {@code prediction}
   * @param in size of what the head sees
   * @param blocks in order; none gives the identity
   */
  public static Layer.Sequential build(String prefix, int in, List<HeadLayer> blocks) {
    List<Layer> layers = new ArrayList<>();
    int size = in;
    for (int i = 0; i < blocks.size(); i++) {
      HeadLayer block = blocks.get(i);
      String name = prefix + "." + i;
      boolean norm = block.getBatchNorm() || block.getFixedNorm();
      layers.add(new Layer.Linear(name + ".linear", size, block.getSize(), !norm));
      if (norm) {
        layers.add(
            block.getFixedNorm()
                ? new Layer.FixedBatchNorm(name + ".norm", block.getSize())
                : new Layer.BatchNorm(name + ".norm", block.getSize(), false));
      }
      if (block.getRelu()) {
        layers.add(new Layer.Relu());
      }
      size = block.getSize();
    }
    return new Layer.Sequential(layers);
  }

  /** Size of the head's output. */
  public static int size(int in, List<HeadLayer> blocks) {
    return blocks.isEmpty() ? in : blocks.getLast().getSize();
  }
}
