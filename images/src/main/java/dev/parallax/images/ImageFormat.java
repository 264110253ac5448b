package dev.parallax.images;

import java.util.Optional;

/** Image files that can be read, told apart by their first bytes. */
enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  BMP,
  GIF;

  static Optional<ImageFormat> of(byte[] file) {
    if (starts(file, 0, 0xff, 0xd8, 0xff)) {
      return Optional.of(JPEG);
    }
    if (starts(file, 0, 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a)) {
      return Optional.of(PNG);
    }
    if (starts(file, 0, 'R', 'I', 'F', 'F') && starts(file, 8, 'W', 'E', 'B', 'P')) {
      return Optional.of(WEBP);
    }
    if (starts(file, 0, 'G', 'I', 'F', '8')) {
      return Optional.of(GIF);
    }
    return starts(file, 0, 'B', 'M') ? Optional.of(BMP) : Optional.empty();
  }

  private static boolean starts(byte[] file, int at, int... bytes) {
    if (file.length < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((file[at + i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
