package dev.parallax.trainer.extraction;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.Conv2d.Kernel;
import dev.parallax.trainer.encoder.Layer.Conv2d.Padding;
import dev.parallax.trainer.encoder.Layer.Relu;
import dev.parallax.trainer.encoder.Layer.Residual;
import dev.parallax.trainer.encoder.Layer.Sequential;
import dev.parallax.trainer.v1.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Masked convolutions over a grid of patch representations: Henaff et al. 2020, appendix, after
 * PixelCNN (van den Oord et al. 2016).
 */
public final class ContextNetwork {
  private ContextNetwork() {}

  /**
   * {@code [n, channels, rows, columns]} to contexts of the same shape; what it gives for a place
   * depends on no row below that place's own. Layers named {@code context.<block>.conv1} to {@code
   * conv4}.
   */
  public static Sequential build(int channels, Context spec) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < spec.getBlocks(); i++) {
      layers.add(block("context." + i, channels, spec.getHidden()));
    }
    layers.add(new Relu());
    return new Sequential(layers);
  }

  private static Residual block(String name, int channels, int hidden) {
    return new Residual(
        Sequential.of(
            conv(name + ".conv1", channels, hidden, new Kernel(1, 1), Padding.NONE),
            new Relu(),
            conv(name + ".conv2", hidden, hidden, new Kernel(1, 3), new Padding(0, 0, 1, 1)),
            // A row of zeros on top: a place sees its own row and the one above.
            conv(name + ".conv3", hidden, hidden, new Kernel(2, 1), new Padding(1, 0, 0, 0)),
            new Relu(),
            conv(name + ".conv4", hidden, channels, new Kernel(1, 1), Padding.NONE)),
        Sequential.IDENTITY);
  }

  private static Conv2d conv(String name, int in, int out, Kernel kernel, Padding padding) {
    return new Conv2d(name, in, out, kernel, 1, padding, true, Conv2d.Start.FAN_IN_NORMAL);
  }
}
