package dev.parallax.images;

import static java.util.Objects.requireNonNull;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;

/**
 * Image files to pixels: JPEG, PNG, WebP, BMP and the first frame of a GIF or of an animated WebP.
 * Dimensions are read from the file's structure and held against the limits before pixels are
 * allocated; a file that is damaged or cut off is refused as a whole.
 *
 * <p>Pixels are those of Pillow's {@code convert("RGB")}, on which the field's training pipelines
 * stand: alpha is dropped; EXIF orientation, gamma and colour profiles are ignored; CMYK is
 * converted without a profile. Lossless formats agree exactly and JPEG within 1, CMYK within 2.
 * Lossy WebP differs by up to 16 at sharp edges of colour, because chroma is repeated instead of
 * interpolated; and of 16-bit grey the upper 8 bits count, where Pillow clips at 255.
 *
 * <p>A decode holds up to 11 bytes a pixel for a short time (16-bit PNG with alpha; most others 6),
 * in arrays as large as the image, besides the file: within the default limits up to 440 MB, for a
 * file that may be a thousandth of that. JPEG takes 3 of them outside of the heap where {@link
 * TurboJpeg} decodes it. Where strangers send files, the pixel limit times the threads must fit the
 * memory.
 *
 * <p>Thread-safe.
 */
public final class ImageDecoder {
  private static final String FORMATS = "JPEG, PNG, WebP, BMP or GIF";

  private final DecodeLimits limits;
  private final Optional<TurboJpeg> turbo;

  /**
   * @throws IllegalArgumentException when the setting {@code parallax.jpeg} is none
   */
  public ImageDecoder(DecodeLimits limits) {
    this(limits, SystemJpeg.allowed());
  }

  /**
   * @param turbo decodes the JPEG files that it can in the JDK's place
   */
  ImageDecoder(DecodeLimits limits, Optional<TurboJpeg> turbo) {
    this.limits = requireNonNull(limits, "limits is null");
    this.turbo = requireNonNull(turbo, "turbo is null");
  }

  public static ImageDecoder withDefaultLimits() {
    return new ImageDecoder(DecodeLimits.defaults());
  }

  /**
   * What decodes JPEG files in this JVM, one line for logs.
   *
   * @throws IllegalArgumentException when the setting {@code parallax.jpeg} is none
   */
  public static String jpegDecoder() {
    return SystemJpeg.description(SystemJpeg.allowed());
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
      if (e.getCause() instanceof OutOfMemoryError) {
        throw tooLittleMemory(format, e);
      }
      // Readers answer damaged files with all kinds of runtime exceptions.
      throw new UnreadableImageException("damaged " + format + " file: " + oneLine(e), e);
    } catch (OutOfMemoryError e) {
      throw tooLittleMemory(format, e);
    }
  }

  private static UnreadableImageException tooLittleMemory(ImageFormat format, Throwable cause) {
    return new UnreadableImageException(
        "too little memory to decode the " + format + " file", cause);
  }

  private RgbImage read(byte[] file, ImageFormat format)
      throws IOException, UnreadableImageException {
    StillImage still = StillImage.of(file, format);
    checkSize(still.width(), still.height());
    checkSize(still.outerWidth(), still.outerHeight());
    Optional<RgbImage> image = format == ImageFormat.JPEG ? byTurbo(still) : Optional.empty();
    return image.isPresent() ? image.get() : byReader(still, format);
  }

  private Optional<RgbImage> byTurbo(StillImage jpeg) {
    return turbo.isPresent() && PlainJpeg.is(jpeg.file())
        ? turbo.get().decode(jpeg.file(), jpeg.width(), jpeg.height())
        : Optional.empty();
  }

  /** By the JDK's reader, or TwelveMonkeys' of WebP; what it says of a file is final. */
  private static RgbImage byReader(StillImage still, ImageFormat format) throws IOException {
    ImageReader reader = Readers.of(format);
    try (ImageInputStream in = new ByteArrayImageInputStream(still.file())) {
      var warnings = new FirstWarning();
      reader.addIIOReadWarningListener(warnings);
      reader.setInput(in, true, true);
      if (reader.getWidth(0) != still.width() || reader.getHeight(0) != still.height()) {
        throw new IOException("it claims two sizes");
      }
      RgbImage frame = pixels(reader, still.samples());
      if (warnings.message != null) {
        throw new IOException(warnings.message);
      }
      return still.place(frame);
    } finally {
      reader.dispose();
    }
  }

  private static RgbImage pixels(ImageReader reader, StillImage.Samples samples)
      throws IOException {
    return switch (samples) {
      case COLOR_OR_GREY -> Pixels.of(reader.read(0));
      case CMYK -> Inks.toRgb(reader.readRaster(0, null), false);
      case YCCK -> Inks.toRgb(reader.readRaster(0, null), true);
    };
  }

  private void checkSize(int width, int height) throws UnreadableImageException {
    if (width < 1
        || height < 1
        || width > limits.maxSide()
        || height > limits.maxSide()
        || (long) width * height > limits.maxPixels()) {
      throw new UnreadableImageException(
          String.format(
              Locale.ROOT,
              "the image is %sx%s pixels; allowed: 1 to %d a side and at most %d in all",
              Integer.toUnsignedString(width),
              Integer.toUnsignedString(height),
              limits.maxSide(),
              limits.maxPixels()));
    }
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  /** The JDK's JPEG reader only warns when a file ends too early, and fills in grey. */
  private static final class FirstWarning implements IIOReadWarningListener {
    /** What cameras and editors get wrong without any harm to the pixels. */
    private static final List<String> HARMLESS =
        List.of("extraneous bytes before marker", "Invalid SOS parameters", "Unknown Adobe color");

    private String message;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (message == null && HARMLESS.stream().noneMatch(warning::contains)) {
        message = warning.lines().findFirst().orElse("").strip();
      }
    }
  }
}
