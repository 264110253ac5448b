package dev.parallax.trainer.encoder;

import dev.parallax.trainer.torch.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * First values of parameters, as torchvision starts its ResNets and PyTorch its linear layers. Each
 * parameter draws from its own generator, so that a layer more does not change the others.
 */
public final class Initialization {
  private Initialization() {}

  /** Makes and fills all parameters of a tree of layers. */
  public static Parameters of(Layer layer, long seed) {
    Parameters parameters = new Parameters();
    for (ParameterSpec spec : ParameterNames.of(layer)) {
      parameters.add(
          spec.name(), values(spec, seed), spec.role().trainable(), spec.shape().toArray());
    }
    return parameters;
  }

  private static float[] values(ParameterSpec spec, long seed) {
    float[] values = new float[spec.shape().size()];
    var random = new SplittableRandom(seed ^ fnv1a(spec.name()));
    switch (spec.role()) {
      case CONV_WEIGHT -> {
        // He et al. 2015, fan-out: keeps the variance of gradients through a ReLU.
        long fanOut = spec.shape().size() / spec.shape().dimensions().get(1);
        double deviation = Math.sqrt(2.0 / fanOut);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * deviation);
        }
      }
      case LINEAR_WEIGHT -> {
        double bound = 1 / Math.sqrt(spec.shape().dimensions().get(1));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-bound, bound);
        }
      }
      case NORM_WEIGHT, RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case LINEAR_BIAS, NORM_BIAS, NORM_WEIGHT_ZERO_INIT, RUNNING_MEAN -> {}
    }
    return values;
  }

  private static long fnv1a(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
