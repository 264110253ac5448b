package dev.parallax.images;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;

/** Pixels out of the JDK's images. */
final class Pixels {
  private Pixels() {}

  static RgbImage of(BufferedImage image) {
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    switch (image.getType()) {
      case BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR -> bytes(image, rgb);
      case BufferedImage.TYPE_BYTE_GRAY -> grey(image, rgb);
      default -> converted(image, rgb);
    }
    return new RgbImage(image.getWidth(), image.getHeight(), rgb);
  }

  /** Straight out of the raster; a call per pixel would take longer than decoding. */
  private static void bytes(BufferedImage image, byte[] rgb) {
    var model = (PixelInterleavedSampleModel) image.getSampleModel();
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    int[] offsets = model.getBandOffsets();
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      int from = start(image, model, y);
      for (int x = 0; x < image.getWidth(); x++, from += model.getPixelStride()) {
        rgb[at++] = data[from + offsets[0]];
        rgb[at++] = data[from + offsets[1]];
        rgb[at++] = data[from + offsets[2]];
      }
    }
  }

  /** The samples as they are: Java's grey colour space is linear, and converting would brighten. */
  private static void grey(BufferedImage image, byte[] rgb) {
    var model = (ComponentSampleModel) image.getSampleModel();
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      int from = start(image, model, y) + model.getBandOffsets()[0];
      for (int x = 0; x < image.getWidth(); x++, from += model.getPixelStride()) {
        rgb[at++] = data[from];
        rgb[at++] = data[from];
        rgb[at++] = data[from];
      }
    }
  }

  private static int start(BufferedImage image, ComponentSampleModel model, int y) {
    var raster = image.getRaster();
    return raster.getDataBuffer().getOffset()
        + (y - raster.getSampleModelTranslateY()) * model.getScanlineStride()
        - raster.getSampleModelTranslateX() * model.getPixelStride();
  }

  private static void converted(BufferedImage image, byte[] rgb) {
    boolean greySamples =
        image.getColorModel().getNumColorComponents() == 1
            && image.getColorModel() instanceof java.awt.image.ComponentColorModel;
    int[] row = new int[image.getWidth()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      if (greySamples) {
        int bits = image.getColorModel().getComponentSize(0);
        int[] samples = image.getRaster().getSamples(0, y, image.getWidth(), 1, 0, (int[]) null);
        for (int sample : samples) {
          byte value = (byte) (bits > 8 ? sample >> (bits - 8) : sample << (8 - bits));
          rgb[at++] = value;
          rgb[at++] = value;
          rgb[at++] = value;
        }
      } else {
        image.getRGB(0, y, image.getWidth(), 1, row, 0, image.getWidth());
        for (int argb : row) {
          rgb[at++] = (byte) (argb >> 16);
          rgb[at++] = (byte) (argb >> 8);
          rgb[at++] = (byte) argb;
        }
      }
    }
  }
}
