package dev.parallax.trainer.encoder;

import dev.parallax.trainer.v1.Encoder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An encoder with what its loss sees it through.
 *
 * @param imageSize side of an image, pixels
 * @param encoder rows of pixels, {@code [n, 3, rowSide, rowSide]}, to the representation h, {@code
 *     [n, features]}
 * @param projection h to z, {@code [n, projectionSize]}; the identity where the recipe has no head
 * @param prediction z to what is compared with the targets; for training alone
 * @param context grids of representations, {@code [n, features, rows, rows]}, to grids of contexts
 *     of the same shape; for training alone
 * @param patches present where a row of pixels is a patch of an image
 */
public record Network(
    int imageSize,
    Layer encoder,
    int features,
    Layer.Sequential projection,
    int projectionSize,
    Layer.Sequential prediction,
    Layer.Sequential context,
    Optional<PatchGrid> patches) {

  /** Name of the layer that {@link #classifying} adds. */
  public static final String CLASSIFIER = "classifier";

  /**
   * The network with a linear classifier behind its projection, whose output are logits.
   *
   * @param classes 2 or more
   */
  public Network classifying(int classes) {
    var classifier = new Layer.Linear(CLASSIFIER, projectionSize, classes, true);
    return new Network(
        imageSize,
        encoder,
        features,
        Layer.Sequential.of(projection, classifier),
        classes,
        prediction,
        context,
        patches);
  }

  /** Whether the projection ends in a classifier. */
  public boolean classifies() {
    return hasProjection()
        && projection.layers().getLast() instanceof Layer.Linear linear
        && linear.name().equals(CLASSIFIER);
  }

  public boolean hasProjection() {
    return !projection.layers().isEmpty();
  }

  /**
   * How many images the encoder is given at once outside of training, 1 or more.
   *
   * @param rows of pixels that it is given at most, unless one image has more patches
   */
  public int imagesOf(int rows) {
    return Math.max(1, rows / patches.map(PatchGrid::places).orElse(1));
  }

  /** Side of the pixels that training feeds to the encoder: a patch's or an image's. */
  public int rowSide() {
    return patches.map(PatchGrid::size).orElse(imageSize);
  }

  /** Encoder and projection in a row, as training runs them. */
  public Layer.Sequential whole() {
    return Layer.Sequential.of(encoder, projection);
  }

  /** Every layer that training moves. */
  public Layer.Sequential trained() {
    return Layer.Sequential.of(encoder, projection, prediction, context);
  }

  /**
   * Whole images {@code [n, 3, imageSize, imageSize]} to representations {@code [n, features]}: the
   * encoder, or the mean of what it gives for an image's patches (Henaff et al. 2020).
   */
  public Layer served() {
    return patches
        .<Layer>map(
            grid ->
                Layer.Sequential.of(
                    new Layer.Patches(grid.size(), grid.stride()),
                    encoder,
                    new Layer.PatchMean(grid.places(), features)))
        .orElse(encoder);
  }

  /** The representation's size of an encoder. */
  public static int features(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.features(encoder.getResnet());
      case AMDIM -> encoder.getAmdim().getFeatures();
      case KIND_NOT_SET -> throw notSet();
    };
  }

  /** Channels of an encoder's feature maps by name, in the order in which they are passed. */
  public static Map<String, Integer> featureMaps(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.featureMaps(encoder.getResnet());
      case AMDIM -> AmdimEncoder.featureMaps(encoder.getAmdim());
      case KIND_NOT_SET -> throw notSet();
    };
  }

  /**
   * The layers of an encoder.
   *
   * @param side of the pixels that it sees
   * @param maps names of the feature maps that its loss asks for
   */
  public static Layer encoder(Encoder encoder, int side, Set<String> maps) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.build(encoder.getResnet());
      case AMDIM -> AmdimEncoder.build(encoder.getAmdim(), side, maps);
      case KIND_NOT_SET -> throw notSet();
    };
  }

  private static IllegalArgumentException notSet() {
    return new IllegalArgumentException("encoder is not set; allowed: resnet or amdim");
  }
}
