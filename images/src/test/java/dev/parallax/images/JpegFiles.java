package dev.parallax.images;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** JPEG files of every kind that the JDK writes, and changes to them. */
final class JpegFiles {
  private static final String METADATA = "javax_imageio_jpeg_image_1.0";

  /**
   * How a file is written.
   *
   * @param grey one component instead of three
   * @param horizontal columns of luma for one of chroma
   * @param vertical rows of luma for one of chroma
   * @param progressive or baseline
   * @param quality 0.01 to 1
   */
  record Kind(boolean grey, int horizontal, int vertical, boolean progressive, float quality) {}

  private JpegFiles() {}

  /** Noise over a slope: what is hard to code, and what is smooth. */
  static byte[] written(Kind kind, int width, int height, long seed) {
    var image =
        new BufferedImage(
            width,
            height,
            kind.grey() ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    var random = new SplittableRandom(seed);
    int amplitude = random.nextInt(1, 256);
    for (int band = 0; band < image.getRaster().getNumBands(); band++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int slope = (x * (3 + band) + y * 5) & 0xff;
          int noisy = slope + random.nextInt(-amplitude, amplitude + 1);
          image.getRaster().setSample(x, y, band, Math.clamp(noisy, 0, 255));
        }
      }
    }
    try {
      return written(image, kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written(BufferedImage image, Kind kind) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("JPEG").next();
    var out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(kind.quality());
      how.setProgressiveMode(
          kind.progressive() ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), how);
      var tree = (IIOMetadataNode) metadata.getAsTree(METADATA);
      var luma = (IIOMetadataNode) tree.getElementsByTagName("componentSpec").item(0);
      luma.setAttribute("HsamplingFactor", String.valueOf(kind.horizontal()));
      luma.setAttribute("VsamplingFactor", String.valueOf(kind.vertical()));
      metadata.setFromTree(METADATA, tree);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, metadata), how);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** Where the content of the first segment of {@code marker} begins: behind its length. */
  static int content(byte[] file, int marker) {
    int at = 2;
    while ((file[at + 1] & 0xff) != marker) {
      at += 2 + length(file, at);
    }
    return at + 4;
  }

  /** Without the first segment of {@code marker}. */
  static byte[] without(byte[] file, int marker) {
    int at = content(file, marker) - 4;
    int end = at + 2 + length(file, at);
    byte[] shorter = new byte[file.length - (end - at)];
    System.arraycopy(file, 0, shorter, 0, at);
    System.arraycopy(file, end, shorter, at, file.length - end);
    return shorter;
  }

  /** With a segment behind the start of the image. */
  static byte[] with(byte[] file, int marker, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(file, 0, 2);
    out.write(0xff);
    out.write(marker);
    out.write((content.length + 2) >> 8);
    out.write(content.length + 2);
    out.write(content, 0, content.length);
    out.write(file, 2, file.length - 2);
    return out.toByteArray();
  }

  /** With {@code value} at {@code offset} in the content of the first segment of {@code marker}. */
  static byte[] changed(byte[] file, int marker, int offset, int value) {
    byte[] changed = file.clone();
    changed[content(file, marker) + offset] = (byte) value;
    return changed;
  }

  private static int length(byte[] file, int at) {
    return ((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff);
  }
}
