package dev.parallax.trainer.pretrain;

import com.google.protobuf.CodedOutputStream;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identifies what a run computes, so that a checkpoint is never taken up by another one. */
final class Configuration {
  private Configuration() {}

  /**
   * SHA-256, lower-case hex, of recipe, data and seed.
   *
   * @param data fingerprint of the images, so that a checkpoint is not taken up by other ones
   */
  static String digest(TrainingSpec spec, String data) {
    TrainingSpec what =
        TrainingSpec.newBuilder()
            .setData(data)
            .setRecipe(spec.getRecipe())
            .setSeed(spec.getSeed())
            .build();
    try {
      var bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      what.writeTo(out);
      out.flush();
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
