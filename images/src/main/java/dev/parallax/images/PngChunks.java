package dev.parallax.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The chunks of a PNG file (W3C PNG, section 5). */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int HEADER = name("IHDR");
  private static final int PALETTE = name("PLTE");
  private static final int DATA = name("IDAT");
  private static final int END = name("IEND");

  private PngChunks() {}

  /** Transparency goes too: it is dropped anyway, and grey would become grey with alpha. */
  static StillImage still(FileBytes in) throws IOException {
    if (in.i32BigEndian(SIGNATURE_BYTES + 4) != HEADER) {
      throw new IOException("it does not start with a header");
    }
    int width = in.i32BigEndian(SIGNATURE_BYTES + 8);
    int height = in.i32BigEndian(SIGNATURE_BYTES + 12);
    var out = new ByteArrayOutputStream(in.length());
    out.write(in.bytes(), 0, SIGNATURE_BYTES);
    var data = new ByteArrayOutputStream(in.length());
    int type;
    for (int at = SIGNATURE_BYTES; ; ) {
      int length = in.i32BigEndian(at);
      in.require(at, 12L + Integer.toUnsignedLong(length));
      type = in.i32BigEndian(at + 4);
      if (type == END) {
        break;
      }
      if (type == HEADER || type == PALETTE || type == DATA) {
        requireIntact(in, at, length);
      }
      if (type == DATA) {
        data.write(in.bytes(), at + 8, length);
      } else if (type == HEADER || type == PALETTE) {
        out.write(in.bytes(), at, 12 + length);
      }
      at += 12 + length;
    }
    if (data.size() == 0) {
      throw new IOException("it has no pixels");
    }
    write(out, DATA, data.toByteArray());
    write(out, END, new byte[0]);
    return StillImage.whole(width, height, out.toByteArray());
  }

  private static void requireIntact(FileBytes in, int at, int length) throws IOException {
    var crc = new CRC32();
    crc.update(in.bytes(), at + 4, length + 4);
    if ((int) crc.getValue() != in.i32BigEndian(at + 8 + length)) {
      throw new IOException("the checksum at byte " + (at + 8 + length) + " is wrong");
    }
  }

  private static void write(ByteArrayOutputStream out, int type, byte[] content) {
    byte[] chunk =
        ByteBuffer.allocate(12 + content.length)
            .putInt(content.length)
            .putInt(type)
            .put(content)
            .array();
    var crc = new CRC32();
    crc.update(chunk, 4, 4 + content.length);
    ByteBuffer.wrap(chunk).putInt(8 + content.length, (int) crc.getValue());
    out.writeBytes(chunk);
  }

  private static int name(String name) {
    return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
  }
}
