package dev.parallax.images;

import static java.util.Objects.requireNonNull;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Image files to pixels: JPEG, PNG, WebP, BMP and the first frame of a GIF. Dimensions are read
 * from the header and held against the limits before pixels are allocated. Alpha is dropped and
 * EXIF orientation ignored, as {@code convert("RGB")} of Pillow does, on which the field's training
 * pipelines stand.
 *
 * <p>Thread-safe.
 */
public final class ImageDecoder {
  private static final String FORMATS = "JPEG, PNG, WebP, BMP or GIF";

  private final DecodeLimits limits;

  public ImageDecoder(DecodeLimits limits) {
    this.limits = requireNonNull(limits, "limits is null");
  }

  public static ImageDecoder withDefaultLimits() {
    return new ImageDecoder(DecodeLimits.defaults());
  }

  /**
   * Decodes a file.
   *
   * @throws UnreadableImageException for every file that is not a whole image within the limits
   */
  public RgbImage decode(byte[] file) throws UnreadableImageException {
    if (file.length == 0) {
      throw new UnreadableImageException("the image has 0 bytes; allowed: a " + FORMATS + " file");
    }
    if (file.length > limits.maxBytes()) {
      throw new UnreadableImageException(
          "the image has " + file.length + " bytes; allowed: at most " + limits.maxBytes());
    }
    ImageFormat format =
        ImageFormat.of(file)
            .orElseThrow(
                () ->
                    new UnreadableImageException("not an image; allowed: a " + FORMATS + " file"));
    try {
      return read(file, format);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Readers answer damaged files with all kinds of runtime exceptions.
      throw new UnreadableImageException("damaged " + format + " file: " + oneLine(e), e);
    } catch (OutOfMemoryError e) {
      throw new UnreadableImageException("too little memory to decode the " + format + " file", e);
    }
  }

  private RgbImage read(byte[] file, ImageFormat format)
      throws IOException, UnreadableImageException {
    ImageReader reader = reader(format);
    var warnings = new FirstWarning();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      checkSize(width, height);
      BufferedImage image = reader.read(0);
      if (warnings.message != null) {
        throw new UnreadableImageException("damaged " + format + " file: " + warnings.message);
      }
      checkSize(image.getWidth(), image.getHeight());
      return Pixels.of(image);
    } finally {
      reader.dispose();
    }
  }

  private void checkSize(int width, int height) throws UnreadableImageException {
    if (width > limits.maxSide()
        || height > limits.maxSide()
        || (long) width * height > limits.maxPixels()) {
      throw new UnreadableImageException(
          String.format(
              Locale.ROOT,
              "the image is %dx%d pixels; allowed: at most %d a side and %d in all",
              width,
              height,
              limits.maxSide(),
              limits.maxPixels()));
    }
  }

  /** Named explicitly where the reader is not the JDK's, so that no class-path scan decides. */
  private static ImageReader reader(ImageFormat format) throws IOException {
    if (format == ImageFormat.WEBP) {
      return new WebPImageReaderSpi().createReaderInstance(null);
    }
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
    if (!readers.hasNext()) {
      throw new IOException("this Java runtime cannot read " + format);
    }
    return readers.next();
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  /** The JDK's JPEG reader only warns when a file ends too early, and fills in grey. */
  private static final class FirstWarning implements IIOReadWarningListener {
    private String message;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (message == null) {
        message = warning.lines().findFirst().orElse("").strip();
      }
    }
  }
}
