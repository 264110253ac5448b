package dev.parallax.embedding.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Walks over the fields of a protobuf file. Holds one buffer of it; what a visitor does not want is
 * never read.
 */
final class WireReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  // of the first byte of the buffer
  private long offset;

  WireReader(Path file) throws IOException {
    this.channel = FileChannel.open(file);
    this.size = channel.size();
  }

  /** Bytes of the file. */
  long size() {
    return size;
  }

  /** Called for every field of a message. */
  interface Visitor {
    void visit(Field field) throws IOException, OnnxRefusedException;
  }

  /**
   * One field.
   *
   * @param number from the schema
   * @param type wire type
   * @param value a varint; nothing otherwise
   * @param begin of the payload in the file
   * @param end of the payload in the file
   */
  record Field(int number, int type, long value, long begin, long end) {
    long length() {
      return end - begin;
    }

    boolean isVarint() {
      return type == VARINT;
    }

    long varint() throws OnnxRefusedException {
      require(isVarint());
      return value;
    }

    private void require(boolean expected) throws OnnxRefusedException {
      if (!expected) {
        throw new OnnxRefusedException(
            "it is not an ONNX file: field %d at byte %d has wire type %d"
                .formatted(number, begin, type));
      }
    }
  }

  /** Visits the fields of the file. */
  void fields(Visitor visitor) throws IOException, OnnxRefusedException {
    fields(0, size, visitor);
  }

  /** Visits the fields of the message that is the payload of {@code message}. */
  void fields(Field message, Visitor visitor) throws IOException, OnnxRefusedException {
    message.require(message.type == LENGTH);
    fields(message.begin, message.end, visitor);
  }

  private void fields(long begin, long end, Visitor visitor)
      throws IOException, OnnxRefusedException {
    seek(begin);
    while (position() < end) {
      Field field = next(end);
      visitor.visit(field);
      seek(field.end);
    }
  }

  private Field next(long end) throws IOException, OnnxRefusedException {
    long at = position();
    long tag = varint(end);
    int type = (int) (tag & 7);
    long number = tag >>> 3;
    if (number < 1 || number >= 1 << 29) {
      throw new OnnxRefusedException(
          "it is not an ONNX file: byte %d begins no field".formatted(at));
    }
    long value = 0;
    long begin = position();
    long length;
    switch (type) {
      case VARINT -> {
        value = varint(end);
        length = position() - begin;
      }
      case FIXED64 -> length = Long.BYTES;
      case FIXED32 -> length = Integer.BYTES;
      case LENGTH -> {
        length = varint(end);
        begin = position();
      }
      default ->
          throw new OnnxRefusedException(
              "it is not an ONNX file: field %d at byte %d has wire type %d"
                  .formatted(number, at, type));
    }
    if (length < 0 || length > end - begin) {
      throw new OnnxRefusedException(
          "it is cut off or no ONNX file: field %d at byte %d has %s bytes, %d are left"
              .formatted(number, at, Long.toUnsignedString(length), end - begin));
    }
    return new Field((int) number, type, value, begin, begin + length);
  }

  /**
   * The payload of {@code field} as text.
   *
   * @param max bytes
   */
  String text(Field field, int max) throws IOException, OnnxRefusedException {
    field.require(field.type == LENGTH);
    if (field.length() > max) {
      throw new OnnxRefusedException(
          "a name at byte %d has %d bytes; allowed: at most %d"
              .formatted(field.begin, field.length(), max));
    }
    byte[] bytes = new byte[(int) field.length()];
    seek(field.begin);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = next();
    }
    return new String(bytes, UTF_8);
  }

  /** Calls {@code each} with the values of a repeated varint, packed or not. */
  void varints(Field field, VarintVisitor each) throws IOException, OnnxRefusedException {
    if (field.isVarint()) {
      each.visit(field.value);
      return;
    }
    field.require(field.type == LENGTH);
    seek(field.begin);
    while (position() < field.end) {
      each.visit(varint(field.end));
    }
  }

  /** Called for every value. */
  interface VarintVisitor {
    void visit(long value) throws OnnxRefusedException;
  }

  private long varint(long end) throws IOException, OnnxRefusedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position() >= end) {
        throw new OnnxRefusedException("it is cut off at byte " + position());
      }
      byte next = next();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new OnnxRefusedException(
        "it is not an ONNX file: the number before byte %d has no end".formatted(position()));
  }

  private long position() {
    return offset + buffer.position();
  }

  private void seek(long to) {
    if (to >= offset && to <= offset + buffer.limit()) {
      buffer.position((int) (to - offset));
    } else {
      offset = to;
      buffer.limit(0);
    }
  }

  private byte next() throws IOException, OnnxRefusedException {
    if (!buffer.hasRemaining()) {
      offset = position();
      buffer.clear();
      int read = channel.read(buffer, offset);
      buffer.flip();
      if (read <= 0) {
        throw new OnnxRefusedException("it is cut off at byte " + offset);
      }
    }
    return buffer.get();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
