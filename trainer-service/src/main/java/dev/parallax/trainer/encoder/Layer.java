package dev.parallax.trainer.encoder;

import java.util.Arrays;
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

  /**
   * Overlapping square patches, {@code [n, 3, s, s] -> [n * places, 3, size, size]}: image by
   * image, a grid's rows from top to bottom, each from left to right.
   *
   * @param stride pixels from patch to patch; {@code s - size} is a multiple of it
   */
  record Patches(int size, int stride) implements Layer {
    public Patches {
      if (size < 1 || stride < 1) {
        throw new IllegalArgumentException(
            "size is " + size + " and stride " + stride + "; allowed: 1 or more each");
      }
    }

    /** Patches along one side of an image of that many pixels. */
    public int rows(int side) {
      if (side < size || (side - size) % stride != 0) {
        throw new IllegalArgumentException(
            "a side of "
                + side
                + " pixels is not cut into patches of "
                + size
                + " with stride "
                + stride
                + "; allowed: size + a multiple of stride");
      }
      return (side - size) / stride + 1;
    }
  }

  /** Mean over an image's patches, {@code [n * places, features] -> [n, features]}. */
  record PatchMean(int places, int features) implements Layer {}

  /**
   * 2-D convolution, {@code [n, in, h, w] -> [n, out, h', w']}.
   *
   * @param stride the same on both axes
   */
  record Conv2d(
      String name,
      int in,
      int out,
      Kernel kernel,
      int stride,
      Padding padding,
      boolean bias,
      Start start)
      implements Layer {

    /** A square one without bias. */
    public Conv2d(String name, int in, int out, int kernel, int stride, int padding) {
      this(
          name,
          in,
          out,
          new Kernel(kernel, kernel),
          stride,
          new Padding(padding, padding, padding, padding),
          false,
          Start.FAN_OUT_NORMAL);
    }

    /** The same with a bias, which starts at 0. */
    public Conv2d withBias() {
      return new Conv2d(name, in, out, kernel, stride, padding, true, start);
    }

    /** The same with other first weights. */
    public Conv2d starting(Start other) {
      return new Conv2d(name, in, out, kernel, stride, padding, bias, other);
    }

    /** Size of the window. */
    public record Kernel(int height, int width) {}

    /** Rows and columns of zeros around the input. */
    public record Padding(int top, int bottom, int left, int right) {
      public static final Padding NONE = new Padding(0, 0, 0, 0);

      /** Whether opposite sides get the same. */
      public boolean symmetric() {
        return top == bottom && left == right;
      }
    }

    /** First weights. */
    public enum Start {
      /** Normal, variance 2 / fan-out: He et al. 2015; torchvision's ResNets. */
      FAN_OUT_NORMAL,
      /** Normal, variance 1 / fan-in: LeCun et al. 1998; Sonnet's convolutions. */
      FAN_IN_NORMAL,
      /** Uniform within 1 / sqrt(fan-in): PyTorch's convolutions. */
      FAN_IN_UNIFORM,
      /** Zeros, so that a residual branch adds nothing (Zhang et al. 2019, Fixup). */
      ZERO,
      /** 1 from a channel to itself, otherwise uniform within 0.01. */
      NEAR_IDENTITY
    }
  }

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

  /** Batch normalisation with neither factor nor summand; otherwise as {@link BatchNorm}. */
  record FixedBatchNorm(String name, int channels) implements Layer {
    /** Ones. */
    public float[] factors() {
      float[] ones = new float[channels];
      Arrays.fill(ones, 1);
      return ones;
    }

    /** Zeros. */
    public float[] summands() {
      return new float[channels];
    }
  }

  /**
   * Over channels and space of one image, then a factor and a summand for each channel: group
   * normalisation (Wu and He 2018) with one group; {@code [n, channels, h, w]}, epsilon 1e-5.
   *
   * @param zeroInit the factor starts at 0 in place of 1
   */
  record LayerNorm(String name, int channels, boolean zeroInit) implements Layer {
    public static final double EPSILON = 1e-5;
  }

  record Relu() implements Layer {}

  record MaxPool(int kernel, int stride, int padding) implements Layer {}

  /** Mean over square windows that lie within the input. */
  record AvgPool(int kernel, int stride) implements Layer {}

  /**
   * Mean over 2x2 windows in front of the convolution of a ResNet-D's shortcut, as
   * google-research/simclr pools: with stride 2 an odd side gets a row and a column of zeros at its
   * end; with stride 1 the side stays, and windows at its end are smaller.
   *
   * @param stride 1 or 2
   */
  record ShortcutPool(int stride) implements Layer {
    public static final int KERNEL = 2;

    public ShortcutPool {
      if (stride != 1 && stride != 2) {
        throw new IllegalArgumentException("stride is " + stride + "; allowed: 1 or 2");
      }
    }
  }

  /** Rows and columns mirrored at the border, without the border's own. */
  record ReflectPad(int size) implements Layer {}

  /** Channels of zeros behind the others, {@code [n, c, h, w] -> [n, c + channels, h, w]}. */
  record ChannelPad(int channels) implements Layer {}

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
   * @param body ends in a norm or a convolution, whose gradients do not need their output
   */
  record Residual(Sequential body, Sequential shortcut) implements Layer {
    public Residual {
      if (body.layers().isEmpty() || !overwritable(body.layers().getLast())) {
        throw new IllegalArgumentException(
            "the body of a residual block ends in a norm or a convolution");
      }
    }

    private static boolean overwritable(Layer last) {
      return last instanceof BatchNorm || last instanceof LayerNorm || last instanceof Conv2d;
    }
  }

  /**
   * Selective kernels, Li et al. 2019, with two streams as google-research/simclr has them: of
   * {@code [s1, s2] = streams(x)} it gives {@code a1 s1 + a2 s2}, where {@code [a1, a2]} is, for
   * each channel, the softmax over the streams of {@code attention(mean over space of s1 + s2)}.
   *
   * @param streams to {@code [n, 2 * channels, h, w]}
   * @param attention {@code [n, channels, 1, 1]} to {@code [n, 2 * channels, 1, 1]}
   */
  record SelectiveKernel(Sequential streams, Sequential attention, int channels) implements Layer {}

  /**
   * The identity, which gives what passes through it a name: a feature map that a loss can ask for.
   *
   * @param head applied to the map on its way to the loss; nothing else runs it, and it is not
   *     exported
   */
  record Tap(String name, Sequential head) implements Layer {
    /** The map as it is. */
    public Tap(String name) {
      this(name, Sequential.IDENTITY);
    }
  }
}
