package dev.parallax.images.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells datasets apart without reading their images. */
public final class Fingerprint {
  private Fingerprint() {}

  /** SHA-256 over the names and labels of all images, lower-case hex. */
  public static String of(Dataset dataset) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < dataset.size(); i++) {
        byte[] name = dataset.name(i).getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(8).putInt(name.length).putInt(dataset.label(i)).flip());
        digest.update(name);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
