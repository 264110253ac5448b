package dev.parallax.trainer.encoder;

/**
 * A parameter of a layer.
 *
 * @param name as torchvision names it: {@code layer1.0.bn1.running_mean}
 * @param shape as PyTorch stores it
 */
public record ParameterSpec(String name, Role role, Shape shape) {
  /** Dimensions, outermost first. */
  public record Shape(java.util.List<Long> dimensions) {
    public static Shape of(long... dimensions) {
      return new Shape(java.util.Arrays.stream(dimensions).boxed().toList());
    }

    public long[] toArray() {
      return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    public int size() {
      return Math.toIntExact(dimensions.stream().reduce(1L, Math::multiplyExact));
    }
  }

  /** What a parameter is, which decides how it starts and how it is optimised. */
  public enum Role {
    /** {@link Layer.Conv2d.Start#FAN_OUT_NORMAL}. */
    CONV_WEIGHT,
    CONV_WEIGHT_FAN_IN_NORMAL,
    CONV_WEIGHT_FAN_IN_UNIFORM,
    CONV_WEIGHT_ZERO,
    CONV_WEIGHT_NEAR_IDENTITY,
    CONV_BIAS,
    LINEAR_WEIGHT,
    LINEAR_BIAS,
    NORM_WEIGHT,
    NORM_WEIGHT_ZERO_INIT,
    NORM_BIAS,
    RUNNING_MEAN,
    RUNNING_VARIANCE;

    /** Whether it has a gradient. */
    public boolean trainable() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }

    /** Whether recipes leave it out of weight decay and trust ratios. */
    public boolean biasOrNorm() {
      return switch (this) {
        case CONV_WEIGHT,
            CONV_WEIGHT_FAN_IN_NORMAL,
            CONV_WEIGHT_FAN_IN_UNIFORM,
            CONV_WEIGHT_ZERO,
            CONV_WEIGHT_NEAR_IDENTITY,
            LINEAR_WEIGHT ->
            false;
        case CONV_BIAS,
            LINEAR_BIAS,
            NORM_WEIGHT,
            NORM_WEIGHT_ZERO_INIT,
            NORM_BIAS,
            RUNNING_MEAN,
            RUNNING_VARIANCE ->
            true;
      };
    }
  }
}
