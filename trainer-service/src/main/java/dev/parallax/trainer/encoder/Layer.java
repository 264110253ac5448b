package dev.parallax.trainer.encoder;

import java.util.List;

/**
 * One layer of an encoder or a head. A layer with parameters carries the full name of its module.
 */
public sealed interface Layer {

  /**
   * Pixels {@code [n, 3, h, w]} of 0 to 255 become {@code (x / 255 - mean) / std}.
   *
   * @param mean one value for each channel, of pixels scaled to 0 to 1
   * @param std one positive value for each channel
   */
  record Normalize(List<Double> mean, List<Double> std) implements Layer {
    /**
     * The statistics of ImageNet's training set, which the field uses for other natural images too.
     */
    public static final Normalize IMAGENET =
        new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    public Normalize {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
      if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(s -> s <= 0)) {
        throw new IllegalArgumentException(
            "mean is " + mean + " and std " + std + "; allowed: three values each, std above 0");
      }
    }

    /** The factor of {@code x * scale + shift}, one value for each channel. */
    public float[] scale() {
      return new float[] {scale(0), scale(1), scale(2)};
    }

    /** The summand of {@code x * scale + shift}, one value for each channel. */
    public float[] shift() {
      return new float[] {shift(0), shift(1), shift(2)};
    }

    private float scale(int channel) {
      return (float) (1 / (255 * std.get(channel)));
    }

    private float shift(int channel) {
      return (float) (-mean.get(channel) / std.get(channel));
    }
  }

  /** Square 2-D convolution without bias: {@code [n, in, h, w] -> [n, out, h', w']}. */
  record Conv2d(String name, int in, int out, int kernel, int stride, int padding)
      implements Layer {}

  /** Affine map {@code [n, in] -> [n, out]}. */
  record Linear(String name, int in, int out, boolean bias) implements Layer {}

  /**
   * Batch normalisation over every dimension but the second, with PyTorch's epsilon 1e-5 and
   * momentum 0.1.
   *
   * @param zeroInit the weight starts at 0 in place of 1 (Goyal et al. 2017)
   */
  record BatchNorm(String name, int channels, boolean zeroInit) implements Layer {
    public static final double EPSILON = 1e-5;
    public static final double MOMENTUM = 0.1;
  }

  record Relu() implements Layer {}

  record MaxPool(int kernel, int stride, int padding) implements Layer {}

  /** Mean over height and width: {@code [n, c, h, w] -> [n, c]}. */
  record GlobalAvgPool() implements Layer {}

  /** Layers in a row; none of them is the identity. */
  record Sequential(List<Layer> layers) implements Layer {
    public static final Sequential IDENTITY = new Sequential(List.of());

    public Sequential {
      layers = List.copyOf(layers);
    }

    public static Sequential of(Layer... layers) {
      return new Sequential(List.of(layers));
    }
  }

  /**
   * {@code body(x) + shortcut(x)}, He et al. 2016.
   *
   * @param body ends in a batch norm
   */
  record Residual(Sequential body, Sequential shortcut) implements Layer {
    public Residual {
      if (body.layers().isEmpty() || !(body.layers().getLast() instanceof BatchNorm)) {
        throw new IllegalArgumentException("the body of a residual block ends in a batch norm");
      }
    }
  }
}
