package dev.parallax.embedding.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.RawPixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One image to embed. Arrays are not copied: leave them as they are until the answer is there. */
public sealed interface InputImage {
  /** A JPEG, PNG, WebP, BMP or GIF file as it is. */
  static InputImage encoded(byte[] file) {
    return new Encoded(UnsafeByteOperations.unsafeWrap(file));
  }

  /** A file as {@link #encoded}, read now. */
  static InputImage file(Path file) throws IOException {
    return encoded(Files.readAllBytes(file));
  }

  /**
   * Pixels.
   *
   * @param rgb uint8 [height, width, 3], rows from top to bottom
   * @throws IllegalArgumentException when {@code rgb} has another size
   */
  static InputImage pixels(int width, int height, byte[] rgb) {
    return new Pixels(width, height, UnsafeByteOperations.unsafeWrap(rgb));
  }

  /** A file. */
  record Encoded(ByteString file) implements InputImage {}

  /**
   * Pixels.
   *
   * @param rgb uint8 [height, width, 3]
   */
  record Pixels(int width, int height, ByteString rgb) implements InputImage {
    public Pixels {
      if (width < 1 || height < 1 || rgb.size() != 3L * width * height) {
        throw new IllegalArgumentException(
            "rgb has %d bytes for %d x %d pixels; allowed: width * height * 3, and 1 pixel or more"
                .formatted(rgb.size(), width, height));
      }
    }
  }

  /** As the wire has it. */
  static Image message(InputImage image) {
    return switch (image) {
      case Encoded(ByteString file) -> Image.newBuilder().setEncoded(file).build();
      case Pixels(int width, int height, ByteString rgb) ->
          Image.newBuilder()
              .setPixels(RawPixels.newBuilder().setWidth(width).setHeight(height).setRgb(rgb))
              .build();
    };
  }
}
