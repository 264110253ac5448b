package dev.parallax.cli.output;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.parquet.format.Type;

/** The columns of {@link ParquetFile}, and how a page of each is written. */
enum ParquetColumn {
  NAME,
  LABEL,
  CLASS,
  EMBEDDING;

  static List<ParquetColumn> of(boolean labelled) {
    return labelled ? List.of(values()) : List.of(NAME, EMBEDDING);
  }

  List<String> path() {
    return switch (this) {
      case NAME -> List.of("name");
      case LABEL -> List.of("label");
      case CLASS -> List.of("class");
      case EMBEDDING -> List.of("embedding", "list", "element");
    };
  }

  Type type() {
    return switch (this) {
      case NAME, CLASS -> Type.BYTE_ARRAY;
      case LABEL -> Type.INT32;
      case EMBEDDING -> Type.FLOAT;
    };
  }

  /** Values in a page. */
  int count(int rows, int dimensions) {
    return switch (this) {
      case NAME, LABEL, CLASS -> rows;
      case EMBEDDING -> Math.multiplyExact(rows, dimensions);
    };
  }

  /**
   * Repetition and definition levels, run-length encoded, each behind its length. Columns that are
   * required have neither; lists are never empty or null, so that their elements are all defined.
   */
  byte[] levels(int rows, int dimensions) {
    return switch (this) {
      case NAME, LABEL, CLASS -> new byte[0];
      case EMBEDDING -> listLevels(rows, dimensions);
    };
  }

  byte[] values(List<Row> rows, int dimensions) {
    return switch (this) {
      case NAME -> strings(rows.stream().map(Row::name).toList());
      case CLASS -> strings(rows.stream().map(Row::className).toList());
      case LABEL -> {
        byte[] bytes = new byte[rows.size() * Integer.BYTES];
        ByteBuffer values = littleEndian(bytes);
        rows.forEach(row -> values.putInt(row.label()));
        yield bytes;
      }
      case EMBEDDING -> {
        byte[] bytes = new byte[rows.size() * dimensions * Float.BYTES];
        ByteBuffer values = littleEndian(bytes);
        for (Row row : rows) {
          for (float value : row.vector()) {
            values.putFloat(value);
          }
        }
        yield bytes;
      }
    };
  }

  private static byte[] listLevels(int rows, int dimensions) {
    ByteBuffer levels = littleEndian(new byte[16 + rows * 16]);
    int repetition = levels.position();
    levels.putInt(0);
    for (int row = 0; row < rows; row++) {
      run(levels, 1, 0);
      if (dimensions > 1) {
        run(levels, dimensions - 1, 1);
      }
    }
    levels.putInt(repetition, levels.position() - repetition - Integer.BYTES);
    int definition = levels.position();
    levels.putInt(0);
    run(levels, Math.multiplyExact(rows, dimensions), 1);
    levels.putInt(definition, levels.position() - definition - Integer.BYTES);
    byte[] bytes = new byte[levels.position()];
    levels.get(0, bytes);
    return bytes;
  }

  /**
   * An RLE run: its length in unsigned LEB128, shifted by the bit that says so, and a one-byte
   * value.
   */
  private static void run(ByteBuffer levels, int length, int value) {
    long header = (long) length << 1;
    while (header >= 0x80) {
      levels.put((byte) (header | 0x80));
      header >>>= 7;
    }
    levels.put((byte) header);
    levels.put((byte) value);
  }

  private static byte[] strings(List<String> texts) {
    List<byte[]> encoded =
        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    byte[] page = new byte[encoded.stream().mapToInt(text -> text.length + Integer.BYTES).sum()];
    ByteBuffer values = littleEndian(page);
    encoded.forEach(text -> values.putInt(text.length).put(text));
    return page;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
