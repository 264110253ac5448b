package dev.parallax.images;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
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
    switch (image.getColorModel()) {
      case ComponentColorModel model -> samples(image, model, rgb);
      case IndexColorModel model -> palette(image, model, rgb);
      default -> packed(image, rgb);
    }
  }

  /** One or three bands, with alpha or without; of 16 bits the upper 8, as Pillow takes. */
  private static void samples(BufferedImage image, ComponentColorModel model, byte[] rgb) {
    int width = image.getWidth();
    int shift = model.getComponentSize(0) - 8;
    int channels = model.getNumColorComponents();
    int[] row = new int[width];
    for (int channel = 0; channel < 3; channel++) {
      int band = channels == 1 ? 0 : channel;
      int at = channel;
      for (int y = 0; y < image.getHeight(); y++) {
        image.getRaster().getSamples(0, y, width, 1, band, row);
        for (int sample : row) {
          rgb[at] = (byte) (sample >> shift);
          at += 3;
        }
      }
    }
  }

  private static void palette(BufferedImage image, IndexColorModel model, byte[] rgb) {
    int[] colors = new int[model.getMapSize()];
    model.getRGBs(colors);
    int[] row = new int[image.getWidth()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getSamples(0, y, row.length, 1, 0, row);
      for (int index : row) {
        // Where pixels point past their palette, Pillow too shows black.
        at = put(index < colors.length ? colors[index] : 0, rgb, at);
      }
    }
  }

  private static void packed(BufferedImage image, byte[] rgb) {
    int[] row = new int[image.getWidth()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int color : row) {
        at = put(color, rgb, at);
      }
    }
  }

  private static int put(int color, byte[] rgb, int at) {
    rgb[at] = (byte) (color >> 16);
    rgb[at + 1] = (byte) (color >> 8);
    rgb[at + 2] = (byte) color;
    return at + 3;
  }
}
