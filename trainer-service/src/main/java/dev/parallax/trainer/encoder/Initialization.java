package dev.parallax.trainer.encoder;

import dev.parallax.trainer.torch.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * First values of parameters: as torchvision starts its ResNets and PyTorch its linear layers, or
 * as a convolution's {@link Layer.Conv2d.Start} says. Each parameter draws from its own generator,
 * so that a layer more does not change the others.
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
      // He et al. 2015, fan-out: keeps the variance of gradients through a ReLU.
      case CONV_WEIGHT -> normal(values, random, Math.sqrt(2 / fanOut(spec)));
      case CONV_WEIGHT_FAN_IN_NORMAL -> normal(values, random, 1 / Math.sqrt(fanIn(spec)));
      case CONV_WEIGHT_FAN_IN_UNIFORM, LINEAR_WEIGHT ->
          uniform(values, random, 1 / Math.sqrt(fanIn(spec)));
      case CONV_WEIGHT_NEAR_IDENTITY -> {
        uniform(values, random, 0.01);
        int in = Math.toIntExact(spec.shape().dimensions().get(1));
        for (int i = 0; i < in; i++) {
          values[i * in + i] = 1;
        }
      }
      case NORM_WEIGHT, RUNNING_VARIANCE -> Arrays.fill(values, 1);
      case CONV_WEIGHT_ZERO,
          CONV_BIAS,
          LINEAR_BIAS,
          NORM_BIAS,
          NORM_WEIGHT_ZERO_INIT,
          RUNNING_MEAN -> {}
    }
    return values;
  }

  private static double fanOut(ParameterSpec spec) {
    return (double) spec.shape().size() / spec.shape().dimensions().get(1);
  }

  private static double fanIn(ParameterSpec spec) {
    return (double) spec.shape().size() / spec.shape().dimensions().get(0);
  }

  private static void normal(float[] values, SplittableRandom random, double deviation) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
  }

  private static void uniform(float[] values, SplittableRandom random, double bound) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
  }

  private static long fnv1a(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
