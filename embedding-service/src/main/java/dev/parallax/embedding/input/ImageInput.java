package dev.parallax.embedding.input;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;

/** One image as a caller sent it; nothing about it has been checked. */
public sealed interface ImageInput {
  /** A file as it is. */
  record Encoded(ByteString file) implements ImageInput {
    public Encoded {
      requireNonNull(file, "file is null");
    }
  }

  /** 8-bit RGB, rows from top to bottom; should be {@code width * height * 3} bytes. */
  record Pixels(int width, int height, ByteString rgb) implements ImageInput {
    public Pixels {
      requireNonNull(rgb, "rgb is null");
    }
  }

  /**
   * What the model takes, as it is: uint8 [side, side, 3] of the model's own side, not
   * preprocessed.
   */
  record Prepared(ByteString pixels) implements ImageInput {
    public Prepared {
      requireNonNull(pixels, "pixels is null");
    }
  }

  /** Neither file nor pixels. */
  record Nothing() implements ImageInput {}
}
