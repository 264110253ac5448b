package dev.parallax.embedding.onnx;

import dev.parallax.embedding.onnx.WireReader.Field;
import java.io.IOException;
import java.util.Map;

/** A TensorProto: that it holds its data itself, and as much of it as its dimensions say. */
final class TensorCheck {
  private static final int MAX_RANK = 64;

  /** Bytes of one element in raw_data, by TensorProto.DataType; others do not occur in encoders. */
  private static final Map<Long, Integer> ELEMENT_BYTES =
      Map.ofEntries(
          Map.entry(1L, 4),
          Map.entry(2L, 1),
          Map.entry(3L, 1),
          Map.entry(4L, 2),
          Map.entry(5L, 2),
          Map.entry(6L, 4),
          Map.entry(7L, 8),
          Map.entry(9L, 1),
          Map.entry(10L, 2),
          Map.entry(11L, 8),
          Map.entry(12L, 4),
          Map.entry(13L, 8),
          Map.entry(16L, 2));

  private final WireReader reader;
  private final int maxName;
  private String name = "";
  private int rank;
  private long elements = 1;
  private long type;
  private long rawBytes = -1;
  private long typedBytes;
  private boolean external;

  private TensorCheck(WireReader reader, int maxName) {
    this.reader = reader;
    this.maxName = maxName;
  }

  /**
   * @return name of the tensor
   */
  static String check(WireReader reader, Field tensor, int maxName)
      throws IOException, OnnxRefusedException {
    TensorCheck check = new TensorCheck(reader, maxName);
    reader.fields(tensor, check::read);
    check.conclude();
    return check.name;
  }

  private void read(Field field) throws IOException, OnnxRefusedException {
    switch (field.number()) {
      case 1 -> reader.varints(field, this::dimension);
      case 2 -> type = field.varint();
      case 8 -> name = reader.text(field, maxName);
      case 9 -> rawBytes = field.length();
      // float, int32, int64, double and uint64 data
      case 4, 5, 7, 10, 11 -> typedBytes += field.length();
      case 13 -> external = true;
      case 14 -> external |= field.varint() != 0;
      default -> {
        // documentation and what newer versions add hold no data
      }
    }
  }

  private void dimension(long size) throws OnnxRefusedException {
    rank++;
    if (size < 0 || rank > MAX_RANK || Math.multiplyHigh(elements, size) != 0) {
      throw tooLarge(size);
    }
    elements *= size;
    if (elements < 0) {
      throw tooLarge(size);
    }
  }

  private OnnxRefusedException tooLarge(long size) {
    return new OnnxRefusedException(
        "the dimensions of the tensor '%s' overflow at %d".formatted(name, size));
  }

  private void conclude() throws OnnxRefusedException {
    if (external) {
      throw new OnnxRefusedException(
          "the tensor '%s' keeps its data in another file; allowed: in model.onnx itself"
              .formatted(name));
    }
    Integer bytes = ELEMENT_BYTES.get(type);
    if (bytes == null) {
      throw new OnnxRefusedException(
          "the tensor '%s' has data type %d; allowed: numbers of 8 to 64 bits and booleans"
              .formatted(name, type));
    }
    boolean holds =
        rawBytes >= 0
            ? elements <= rawBytes && elements * bytes == rawBytes && typedBytes == 0
            : elements <= typedBytes;
    if (!holds) {
      throw new OnnxRefusedException(
          "the tensor '%s' has %d elements by its dimensions but %d bytes of data"
              .formatted(name, elements, Math.max(0, rawBytes) + typedBytes));
    }
  }
}
