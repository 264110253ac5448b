package dev.parallax.trainer.encoder;

import dev.parallax.trainer.v1.Encoder;

/**
 * An encoder with the head that its loss sees.
 *
 * @param encoder pixels {@code [n, 3, imageSize, imageSize]} to the representation h, {@code [n,
 *     features]}
 * @param projection h to z, {@code [n, projectionSize]}; the identity where the recipe has no head
 */
public record Network(
    int imageSize, Layer encoder, int features, Layer.Sequential projection, int projectionSize) {

  public boolean hasProjection() {
    return !projection.layers().isEmpty();
  }

  /** Encoder and head in a row, as training runs them. */
  public Layer.Sequential whole() {
    return Layer.Sequential.of(encoder, projection);
  }

  /** The representation's size of an encoder. */
  public static int features(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.features(encoder.getResnet());
      case AMDIM, KIND_NOT_SET ->
          throw new IllegalArgumentException("encoder is not set; allowed: resnet");
    };
  }

  /** The layers of an encoder. */
  public static Layer encoder(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.build(encoder.getResnet());
      case AMDIM, KIND_NOT_SET ->
          throw new IllegalArgumentException("encoder is not set; allowed: resnet");
    };
  }
}
