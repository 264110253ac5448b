package dev.parallax.images;

import java.io.EOFException;
import java.io.IOException;

/**
 * Reads numbers out of a file in memory and never past its end.
 *
 * @param bytes the file
 */
record FileBytes(byte[] bytes) {
  int length() {
    return bytes.length;
  }

  int u8(int at) throws IOException {
    require(at, 1);
    return bytes[at] & 0xff;
  }

  int u16BigEndian(int at) throws IOException {
    return (u8(at) << 8) | u8(at + 1);
  }

  int u16(int at) throws IOException {
    return u8(at) | (u8(at + 1) << 8);
  }

  int u24(int at) throws IOException {
    return u16(at) | (u8(at + 2) << 16);
  }

  int i32(int at) throws IOException {
    return u16(at) | (u16(at + 2) << 16);
  }

  int i32BigEndian(int at) throws IOException {
    return (u16BigEndian(at) << 16) | u16BigEndian(at + 2);
  }

  /** Whether the characters of {@code text} stand at {@code at}. */
  boolean startsWith(String text, int at) {
    if (at < 0 || at + text.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[at + i] != (byte) text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Throws unless {@code count} bytes from {@code at} on are in the file. */
  void require(int at, long count) throws IOException {
    if (at < 0 || count < 0 || at + count > bytes.length) {
      throw new EOFException("it is cut off at byte " + bytes.length);
    }
  }
}
