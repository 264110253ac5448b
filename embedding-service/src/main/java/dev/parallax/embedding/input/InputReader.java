package dev.parallax.embedding.input;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.input.ImageInput.Encoded;
import dev.parallax.embedding.input.ImageInput.Nothing;
import dev.parallax.embedding.input.ImageInput.Pixels;
import dev.parallax.embedding.input.ImageInput.Prepared;
import dev.parallax.images.DecodeLimits;
import dev.parallax.images.EvalPreprocessing;
import dev.parallax.images.ImageDecoder;
import dev.parallax.images.RgbImage;
import dev.parallax.images.UnreadableImageException;

/** Turns what a caller sent into the pixels that a model takes. Thread-safe. */
public final class InputReader {
  private final DecodeLimits limits;
  private final ImageDecoder decoder;

  public InputReader(DecodeLimits limits) {
    this.limits = requireNonNull(limits, "limits is null");
    this.decoder = new ImageDecoder(limits);
  }

  /**
   * @return uint8 [image_size, image_size, 3]
   * @throws UnreadableImageException one line: what is wrong with the image and what is allowed
   */
  public byte[] read(ImageInput input, EvalPreprocessing preprocessing)
      throws UnreadableImageException {
    return switch (input) {
      case Encoded(var file) -> preprocessing.apply(decoded(file)).rgb();
      case Pixels pixels -> preprocessing.apply(raw(pixels)).rgb();
      case Prepared(var pixels) -> prepared(pixels, preprocessing.imageSize());
      case Nothing() ->
          throw new UnreadableImageException("the image has no content; set 'encoded' or 'pixels'");
    };
  }

  private RgbImage decoded(ByteString file) throws UnreadableImageException {
    if (file.isEmpty()) {
      throw new UnreadableImageException(
          "the image has 0 bytes; allowed: a JPEG, PNG, WebP, BMP or GIF file");
    }
    return decoder.decode(file.toByteArray());
  }

  private static byte[] prepared(ByteString pixels, int side) throws UnreadableImageException {
    if (pixels.size() != side * side * 3) {
      throw new UnreadableImageException(
          "the prepared image has %d bytes; allowed: %d * %d * 3 = %d"
              .formatted(pixels.size(), side, side, side * side * 3));
    }
    return pixels.toByteArray();
  }

  private RgbImage raw(Pixels pixels) throws UnreadableImageException {
    checkSide("width", pixels.width());
    checkSide("height", pixels.height());
    long area = (long) pixels.width() * pixels.height();
    if (area > limits.maxPixels()) {
      throw new UnreadableImageException(
          "pixels has %d * %d pixels; allowed: at most %d"
              .formatted(pixels.width(), pixels.height(), limits.maxPixels()));
    }
    if (pixels.rgb().size() != area * 3) {
      throw new UnreadableImageException(
          "pixels.rgb has %d bytes; allowed: width * height * 3 = %d"
              .formatted(pixels.rgb().size(), area * 3));
    }
    return new RgbImage(pixels.width(), pixels.height(), pixels.rgb().toByteArray());
  }

  private void checkSide(String name, int side) throws UnreadableImageException {
    if (side < 1 || side > limits.maxSide()) {
      throw new UnreadableImageException(
          "pixels.%s is %d; allowed: 1 to %d".formatted(name, side, limits.maxSide()));
    }
  }
}
