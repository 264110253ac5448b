package dev.parallax.trainer.golden;

import java.util.Arrays;

/**
 * Values of parameters and pixels of images by the formula that {@code golden/generator.py} states.
 */
public final class GoldenWeights {
  private GoldenWeights() {}

  /**
   * The values of a parameter or running statistic, row-major.
   *
   * @param name as torchvision names it, which decides the formula
   * @param shape as PyTorch stores it
   */
  public static float[] parameter(String name, long... shape) {
    var numbers = new GoldenNumbers(name);
    float[] values = new float[Math.toIntExact(product(shape, 0))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value(name, shape, numbers.uniform(i));
    }
    return values;
  }

  private static double value(String name, long[] shape, double u) {
    if (name.endsWith(".running_var")) {
      return 1 + 0.3 * Math.abs(u);
    }
    if (name.endsWith(".running_mean") || name.endsWith(".bias")) {
      return 0.1 * u;
    }
    if (name.endsWith(".bn3.weight")) {
      return 0.25 + 0.025 * u;
    }
    return shape.length == 1 ? 1 + 0.1 * u : Math.sqrt(6.0 / product(shape, 1)) * u;
  }

  /**
   * Images {@code [count, side, side, 3]}: squares of 4 x 4 pixels of one colour each, with noise.
   *
   * @param side a multiple of 4
   */
  public static byte[] images(String name, int count, int side) {
    var coarse = new GoldenNumbers(name);
    var fine = new GoldenNumbers(name + ".fine");
    int blocks = side / 4;
    byte[] pixels = new byte[count * side * side * 3];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % 3;
      int x = i / 3 % side;
      int y = i / 3 / side % side;
      int image = i / 3 / side / side;
      int block = ((image * blocks + y / 4) * blocks + x / 4) * 3 + channel;
      pixels[i] = (byte) ((coarse.raw(block) >>> 57) + (fine.raw(i) >>> 57));
    }
    return pixels;
  }

  private static long product(long[] shape, int from) {
    return Arrays.stream(shape).skip(from).reduce(1, Math::multiplyExact);
  }
}
