package dev.parallax.trainer.encoder;

import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;

/** Small encoders. */
public final class Encoders {
  private Encoders() {}

  /**
   * @param skRatio 0 for plain convolutions
   */
  public static Encoder resNet(int depth, double width, Stem stem, Norm norm, double skRatio) {
    return Encoder.newBuilder()
        .setResnet(
            ResNet.newBuilder()
                .setDepth(depth)
                .setWidth(width)
                .setStem(stem)
                .setNorm(norm)
                .setSkRatio(skRatio))
        .build();
  }

  public static Encoder amdim(int channels, int features, int depth, boolean batchNorm) {
    return Encoder.newBuilder()
        .setAmdim(
            Amdim.newBuilder()
                .setChannels(channels)
                .setFeatures(features)
                .setDepth(depth)
                .setBatchNorm(batchNorm))
        .build();
  }
}
