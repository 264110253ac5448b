package dev.parallax.images;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** The files that {@code golden_images.py} writes, and lies about them. */
final class GoldenFiles {
  private GoldenFiles() {}

  static byte[] read(String name) {
    try (InputStream in = GoldenFiles.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The largest square that the format's header can hold, but no more than 100,000. */
  static int mostPixelsASide(ImageFormat format) {
    return switch (format) {
      case PNG, BMP -> 100_000;
      case JPEG, GIF -> 65_535;
      case WEBP -> 16_383;
    };
  }

  /** A small file whose header claims {@code side * side} pixels. */
  static byte[] claiming(ImageFormat format, int side) {
    byte[] file =
        read(
            switch (format) {
              case JPEG -> "420.jpg";
              case PNG -> "rgb.png";
              case WEBP -> "lossy.webp";
              case BMP -> "rgb.bmp";
              case GIF -> "palette.gif";
            });
    ByteBuffer little = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = ByteBuffer.wrap(file);
    switch (format) {
      case JPEG -> {
        int frame = indexOf(file, 0xff, 0xc0);
        big.putShort(frame + 5, (short) side).putShort(frame + 7, (short) side);
      }
      case PNG -> {
        big.putInt(16, side).putInt(20, side);
        sealHeader(file);
      }
      case WEBP -> little.putShort(26, (short) side).putShort(28, (short) side);
      case BMP -> {
        // Run-length coded, so that the file need not be as long as its pixels.
        little.putInt(18, side).putInt(22, side).putShort(28, (short) 8).putInt(30, 1);
      }
      case GIF -> {
        int frame = indexOf(file, 0x2c, 0, 0, 0, 0);
        little.putShort(frame + 5, (short) side).putShort(frame + 7, (short) side);
      }
    }
    return file;
  }

  /** Corrects the checksum of a PNG file's header. */
  static void sealHeader(byte[] png) {
    var crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
  }

  /** Corrects the checksums of all whole chunks, or no mutant would get past them. */
  static void sealChunks(byte[] png) {
    ByteBuffer chunks = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = chunks.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      var crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      chunks.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }

  static byte[] deflatedZeros(int count) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      byte[] block = new byte[1 << 16];
      for (int i = 0; i < count; i += block.length) {
        deflater.write(block);
      }
    }
    return out.toByteArray();
  }

  /** Bytes that this thread has allocated so far. */
  static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static int indexOf(byte[] file, int... bytes) {
    for (int at = 0; ; at++) {
      int i = 0;
      while (i < bytes.length && (file[at + i] & 0xff) == bytes[i]) {
        i++;
      }
      if (i == bytes.length) {
        return at;
      }
    }
  }
}
