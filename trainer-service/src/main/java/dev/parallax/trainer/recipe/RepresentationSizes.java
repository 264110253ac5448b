package dev.parallax.trainer.recipe;

import dev.parallax.trainer.encoder.ResNets;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;

/** Sizes of the vectors that a recipe's parts make of a view. */
public final class RepresentationSizes {
  private RepresentationSizes() {}

  /** Size of h, the pooled representation. */
  public static int encoder(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> ResNets.features(encoder.getResnet());
      case AMDIM -> encoder.getAmdim().getFeatures();
      case KIND_NOT_SET -> throw new IllegalArgumentException("encoder is not set");
    };
  }

  /** Size of z, what queues and memory banks hold: h where there is no projection head. */
  public static int projection(Recipe recipe) {
    List<HeadLayer> layers = recipe.getExtraction().getProjectionList();
    return layers.isEmpty() ? encoder(recipe.getEncoder()) : layers.getLast().getSize();
  }
}
