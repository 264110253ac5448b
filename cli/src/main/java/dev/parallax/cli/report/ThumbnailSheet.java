package dev.parallax.cli.report;

import com.google.protobuf.ByteString;
import dev.parallax.images.ImageDecoder;
import dev.parallax.images.Resampler;
import dev.parallax.images.RgbImage;
import dev.parallax.images.UnreadableImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * All thumbnails of a page in one picture, each once, cut to its centre square: thousands of small
 * files would spend more on headers than on pixels. A margin that repeats the outermost pixels
 * keeps neighbours from shining through when a browser scales the picture.
 *
 * @param uri data: URI, a PNG or, where that would be large, a JPEG
 * @param columns thumbnails in a row of the sheet
 * @param side of a thumbnail in the sheet, pixels
 * @param cells thumbnail file to its number, in rows from the top left; unreadable ones are absent
 */
record ThumbnailSheet(String uri, int columns, int side, Map<ByteString, Integer> cells) {
  /** Column and row of a thumbnail in the sheet. */
  record Cell(int column, int row) {}

  private static final int MARGIN = 1;

  /** Sheets of more pixels are JPEGs. */
  private static final int PNG_PIXELS = 1_000_000;

  /** Bytes of a sheet's file that smaller thumbnails are tried to stay under. */
  private static final int BUDGET = 1_300_000;

  /** With their margins they are whole JPEG blocks. */
  private static final int[] JPEG_SIDES = {62, 46, 30, 14};

  private static final float JPEG_QUALITY = 0.85f;

  static ThumbnailSheet of(Collection<ByteString> thumbnails) {
    var decoder = ImageDecoder.withDefaultLimits();
    Map<ByteString, Integer> cells = new LinkedHashMap<>();
    List<RgbImage> images = new ArrayList<>();
    for (ByteString file : new LinkedHashSet<>(thumbnails)) {
      try {
        images.add(decoder.decode(file.toByteArray()));
        cells.put(file, cells.size());
      } catch (UnreadableImageException e) {
        // The page says so in its place.
      }
    }
    if (images.isEmpty()) {
      return new ThumbnailSheet("data:,", 1, 1, Map.of());
    }
    int columns = (int) Math.ceil(Math.sqrt(images.size()));
    try {
      return encode(images, columns, Map.copyOf(cells));
    } catch (IOException e) {
      throw new IllegalStateException("pictures are written to memory", e);
    }
  }

  Optional<Cell> cell(ByteString thumbnail) {
    return Optional.ofNullable(cells.get(thumbnail)).map(i -> new Cell(i % columns, i / columns));
  }

  private static ThumbnailSheet encode(
      List<RgbImage> images, int columns, Map<ByteString, Integer> cells) throws IOException {
    int largest =
        images.stream().mapToInt(i -> Math.min(i.width(), i.height())).max().orElseThrow();
    int side = Math.min(largest, JPEG_SIDES[0]);
    if ((long) images.size() * side * side <= PNG_PIXELS) {
      byte[] png = png(draw(images, columns, side));
      if (png.length <= BUDGET) {
        return new ThumbnailSheet(uri("image/png", png), columns, side, cells);
      }
    }
    int smallest = JPEG_SIDES[JPEG_SIDES.length - 1];
    for (int jpegSide : JPEG_SIDES) {
      byte[] jpeg = jpeg(draw(images, columns, jpegSide));
      if (jpeg.length <= BUDGET || jpegSide == smallest) {
        return new ThumbnailSheet(uri("image/jpeg", jpeg), columns, jpegSide, cells);
      }
    }
    throw new IllegalStateException("the smallest side is always taken");
  }

  private static BufferedImage draw(List<RgbImage> images, int columns, int side) {
    int pitch = side + 2 * MARGIN;
    int rows = Math.ceilDiv(images.size(), columns);
    var sheet = new BufferedImage(columns * pitch, rows * pitch, BufferedImage.TYPE_INT_RGB);
    byte[] pixels = new byte[side * side * 3];
    for (int i = 0; i < images.size(); i++) {
      RgbImage image = images.get(i);
      int cut = Math.min(image.width(), image.height());
      Resampler.resize(
          image,
          (image.width() - cut) / 2,
          (image.height() - cut) / 2,
          cut,
          cut,
          side,
          side,
          pixels,
          0);
      paste(sheet, i % columns * pitch, i / columns * pitch, pixels, side);
    }
    return sheet;
  }

  private static void paste(BufferedImage sheet, int left, int top, byte[] pixels, int side) {
    int pitch = side + 2 * MARGIN;
    for (int y = 0; y < pitch; y++) {
      for (int x = 0; x < pitch; x++) {
        int from =
            (Math.clamp((long) y - MARGIN, 0, side - 1) * side
                    + Math.clamp((long) x - MARGIN, 0, side - 1))
                * 3;
        sheet.setRGB(
            left + x,
            top + y,
            (pixels[from] & 255) << 16 | (pixels[from + 1] & 255) << 8 | (pixels[from + 2] & 255));
      }
    }
  }

  private static byte[] png(BufferedImage sheet) throws IOException {
    return write(sheet, "png", false);
  }

  private static byte[] jpeg(BufferedImage sheet) throws IOException {
    return write(sheet, "jpeg", true);
  }

  private static byte[] write(BufferedImage sheet, String format, boolean lossy)
      throws IOException {
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(sheet), format).next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      if (lossy) {
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(sheet, null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static String uri(String type, byte[] bytes) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }
}
