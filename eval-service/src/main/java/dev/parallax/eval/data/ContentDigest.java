package dev.parallax.eval.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Identifies the images of a set by what is in them, so that features are found again exactly when
 * they still hold.
 */
public final class ContentDigest {
  private static final byte[] UNREADABLE = "unreadable".getBytes(UTF_8);

  private ContentDigest() {}

  /**
   * SHA-256 over the SHA-256 of each item's name and bytes, in order; an item that cannot be read
   * counts by its name.
   *
   * @return lower-case hex
   */
  public static String of(ImageSet set, Cores cores, Progress progress)
      throws InterruptedException {
    byte[][] digests = new byte[set.count()][];
    AtomicInteger done = new AtomicInteger();
    cores.run(
        set.count(),
        i -> {
          digests[i] = item(set.dataset(), set.items()[i]);
          progress.at((double) done.incrementAndGet() / digests.length);
        });
    MessageDigest all = sha256();
    for (byte[] digest : digests) {
      all.update(digest);
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private static byte[] item(Dataset dataset, int index) {
    MessageDigest digest = sha256();
    byte[] name = dataset.name(index).getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(name.length).array());
    digest.update(name);
    try {
      switch (dataset.read(index)) {
        case Item.Encoded(byte[] file) -> digest.update(file);
        case Item.Pixels(RgbImage image) -> {
          digest.update(
              ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height()).array());
          digest.update(image.rgb());
        }
      }
    } catch (IOException e) {
      digest.update(UNREADABLE);
    }
    return digest.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
