package dev.parallax.embedding.benchmark;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.RawPixels;
import dev.parallax.images.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Square images of random pixels, the same ones for the same seed. */
final class RandomImages {
  private RandomImages() {}

  static List<RgbImage> of(int count, int side, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(
            _ -> {
              byte[] rgb = new byte[side * side * 3];
              random.nextBytes(rgb);
              return new RgbImage(side, side, rgb);
            })
        .toList();
  }

  /** As pixels on the wire. */
  static Image raw(RgbImage image) {
    return Image.newBuilder()
        .setPixels(
            RawPixels.newBuilder()
                .setWidth(image.width())
                .setHeight(image.height())
                .setRgb(ByteString.copyFrom(image.rgb())))
        .build();
  }

  /** As a file without loss. */
  static Image png(RgbImage image) {
    BufferedImage pixels =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.rgb();
    for (int i = 0; i < image.width() * image.height(); i++) {
      int color =
          (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
      pixels.setRGB(i % image.width(), i / image.width(), color);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(pixels, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Image.newBuilder().setEncoded(ByteString.copyFrom(file.toByteArray())).build();
  }
}
