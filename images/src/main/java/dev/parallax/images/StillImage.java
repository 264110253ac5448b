package dev.parallax.images;

import java.io.IOException;
import java.util.Optional;

/**
 * The first image of a file, reduced to what its pixels need. Profiles, thumbnails, texts,
 * animations and alpha never reach a reader: they cannot change colours, and no bomb hides in them.
 *
 * @param width pixels of the frame that {@code file} holds
 * @param height pixels of the frame
 * @param file a file of the same format
 * @param samples what a reader of {@code file} hands out
 * @param samples what a reader of {@code file} hands out
 * @param canvas where the frame lies, when it does not fill the image
 */
record StillImage(int width, int height, byte[] file, Samples samples, Optional<Canvas> canvas) {
  /** Kinds of samples; the four inks only occur in JPEG files. */
  enum Samples {
    COLOR_OR_GREY,
    CMYK,
    YCCK
  }

  /**
   * What a frame lies on.
   *
   * @param width pixels of the image
   * @param height pixels of the image
   * @param x column of the frame's left edge, 0 or more
   * @param y row of the frame's top edge, 0 or more
   * @param rgb colour outside of the frame, 0xRRGGBB
   */
  record Canvas(int width, int height, int x, int y, int rgb) {}

  static StillImage of(byte[] file, ImageFormat format) throws IOException {
    var bytes = new FileBytes(file);
    return switch (format) {
      case JPEG -> JpegSegments.still(bytes);
      case PNG -> PngChunks.still(bytes);
      case WEBP -> WebpChunks.still(bytes);
      case BMP -> BmpHeader.still(bytes);
      case GIF -> GifBlocks.still(bytes);
    };
  }

  static StillImage whole(int width, int height, byte[] file) {
    return new StillImage(width, height, file, Samples.COLOR_OR_GREY, Optional.empty());
  }

  /** A frame on a canvas that grows where the frame reaches beyond it, as Pillow's does. */
  static StillImage onCanvas(int width, int height, byte[] file, Canvas canvas) {
    int wide = Math.max(canvas.width(), canvas.x() + width);
    int high = Math.max(canvas.height(), canvas.y() + height);
    return wide == width && high == height
        ? whole(width, height, file)
        : new StillImage(
            width,
            height,
            file,
            Samples.COLOR_OR_GREY,
            Optional.of(new Canvas(wide, high, canvas.x(), canvas.y(), canvas.rgb())));
  }

  int outerWidth() {
    return canvas.map(Canvas::width).orElse(width);
  }

  int outerHeight() {
    return canvas.map(Canvas::height).orElse(height);
  }

  /** The frame in its place. */
  RgbImage place(RgbImage frame) {
    return canvas.map(c -> place(frame, c)).orElse(frame);
  }

  private static RgbImage place(RgbImage frame, Canvas canvas) {
    byte[] rgb = new byte[canvas.width() * canvas.height() * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) (canvas.rgb() >> 16);
      rgb[i + 1] = (byte) (canvas.rgb() >> 8);
      rgb[i + 2] = (byte) canvas.rgb();
    }
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(
          frame.rgb(),
          y * frame.width() * 3,
          rgb,
          ((canvas.y() + y) * canvas.width() + canvas.x()) * 3,
          frame.width() * 3);
    }
    return new RgbImage(canvas.width(), canvas.height(), rgb);
  }
}
