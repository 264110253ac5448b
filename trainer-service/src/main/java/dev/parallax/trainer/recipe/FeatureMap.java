package dev.parallax.trainer.recipe;

import dev.parallax.trainer.encoder.ResNets;
import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A map of an encoder that losses can name: {@code [n, channels, side, side]}.
 *
 * @param name "layer1" to "layer4" and "pooled" of a ResNet, "7", "5" and "1" of the AMDIM encoder
 * @param channels 1 or more
 * @param side 1 or more
 */
record FeatureMap(String name, int channels, int side) {
  private static final int STAGES = 4;
  private static final Set<String> LAST = Set.of("layer4", "pooled", "1");

  /**
   * The maps of an encoder, the representation last.
   *
   * @param side of the encoder's input, pixels
   */
  static List<FeatureMap> of(Encoder encoder, int side) {
    return switch (encoder.getKindCase()) {
      case RESNET -> resnet(encoder.getResnet(), side);
      case AMDIM -> amdim(encoder.getAmdim());
      case KIND_NOT_SET -> throw new IllegalArgumentException("encoder is not set");
    };
  }

  /** Whether all layers of the encoder lie before it. */
  boolean reachesRepresentation() {
    return LAST.contains(name);
  }

  /** Every convolution of stride 2 is padded to half of the side, rounded up. */
  private static List<FeatureMap> resnet(ResNet spec, int side) {
    List<FeatureMap> maps = new ArrayList<>();
    int features = ResNets.features(spec);
    int stride = spec.getStem() == Stem.STEM_CIFAR ? 1 : 4;
    for (int stage = 1; stage <= STAGES; stage++) {
      maps.add(
          new FeatureMap(
              "layer" + stage, features >> (STAGES - stage), Math.ceilDiv(side, stride)));
      stride *= 2;
    }
    maps.add(new FeatureMap("pooled", features, 1));
    return List.copyOf(maps);
  }

  private static List<FeatureMap> amdim(Amdim spec) {
    return List.of(
        new FeatureMap("7", spec.getFeatures(), 7),
        new FeatureMap("5", spec.getFeatures(), 5),
        new FeatureMap("1", spec.getFeatures(), 1));
  }
}
