package dev.parallax.trainer.extraction;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.v1.HeadLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * Projection heads as a list of blocks: a linear layer, then batch norm and ReLU where asked for.
 */
public final class ProjectionHead {
  private ProjectionHead() {}

  /**
   * Layers named {@code projection.<block>.linear} and {@code projection.<block>.norm}.
   *
   * @param in size of the representation
   * @param blocks in order; none gives the identity
   */
  public static Layer.Sequential build(int in, List<HeadLayer> blocks) {
    List<Layer> layers = new ArrayList<>();
    int size = in;
    for (int i = 0; i < blocks.size(); i++) {
      HeadLayer block = blocks.get(i);
      String name = "projection." + i;
      layers.add(new Layer.Linear(name + ".linear", size, block.getSize(), !block.getBatchNorm()));
      if (block.getBatchNorm()) {
        layers.add(new Layer.BatchNorm(name + ".norm", block.getSize(), false));
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
