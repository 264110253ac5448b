package dev.parallax.eval.evaluation;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.Resampler;
import dev.parallax.images.RgbImage;
import dev.parallax.images.UnreadableImageException;
import dev.parallax.images.dataset.Dataset;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Small PNGs of images of a dataset. */
final class Thumbnails {
  private static final int MAX_SIDE = 96;

  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();

  /**
   * @return PNG, at most {@value #MAX_SIDE} pixels on its longer side; smaller images keep their
   *     size
   */
  byte[] png(Dataset dataset, int index) throws IOException, UnreadableImageException {
    return png(shrunk(dataset.image(index, decoder)));
  }

  private static RgbImage shrunk(RgbImage image) {
    int longer = Math.max(image.width(), image.height());
    if (longer <= MAX_SIDE) {
      return image;
    }
    double scale = (double) MAX_SIDE / longer;
    return Resampler.resize(image, side(image.width() * scale), side(image.height() * scale));
  }

  private static int side(double pixels) {
    return Math.clamp(Math.round(pixels), 1, MAX_SIDE);
  }

  private static byte[] png(RgbImage image) throws IOException {
    BufferedImage canvas =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(canvas, "png", out)) {
      throw new IOException("this Java has no PNG writer");
    }
    return out.toByteArray();
  }
}
