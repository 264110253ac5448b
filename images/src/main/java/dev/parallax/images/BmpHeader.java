package dev.parallax.images;

import java.io.IOException;

/** The headers of a BMP file, from the 12 bytes of OS/2 to the 124 of Windows 98. */
final class BmpHeader {
  private static final int AT = 14;
  private static final int CORE_BYTES = 12;
  private static final int V4_BYTES = 108;
  private static final int UNCOMPRESSED = 0;
  private static final int BIT_FIELDS = 3;

  /** LCS_sRGB, little endian. */
  private static final byte[] SRGB = {'B', 'G', 'R', 's'};

  private BmpHeader() {}

  static StillImage still(FileBytes in) throws IOException {
    int size = in.i32(AT);
    if (size == CORE_BYTES) {
      int width = in.u16(AT + 4);
      int height = in.u16(AT + 6);
      requireWhole(in, width, height, in.u16(AT + 10));
      return StillImage.whole(width, height, in.bytes());
    }
    if (size < 40) {
      throw new IOException("its header has " + size + " bytes; allowed: 12, or 40 or more");
    }
    int width = in.i32(AT + 4);
    // Negative where the rows go from top to bottom.
    int height = Math.abs(in.i32(AT + 8));
    int compression = in.i32(AT + 16);
    if (compression < UNCOMPRESSED || compression > BIT_FIELDS) {
      // 4 and 5 hold a whole JPEG or PNG file, whose size nothing has checked.
      throw new IOException("compression " + compression + " is not supported; allowed: 0 to 3");
    }
    if (compression == UNCOMPRESSED || compression == BIT_FIELDS) {
      requireWhole(in, width, height, in.u16(AT + 14));
    }
    return StillImage.whole(width, height, size < V4_BYTES ? in.bytes() : plainColors(in));
  }

  private static void requireWhole(FileBytes in, int width, int height, int bits)
      throws IOException {
    long stride = ((long) width * bits + 31) / 32 * 4;
    in.require(in.i32(10), width < 1 ? 0 : stride * height);
  }

  /** Without the colour profile, which may even name another file. */
  private static byte[] plainColors(FileBytes in) throws IOException {
    in.require(AT, V4_BYTES);
    byte[] file = in.bytes().clone();
    System.arraycopy(SRGB, 0, file, AT + 56, SRGB.length);
    return file;
  }
}
