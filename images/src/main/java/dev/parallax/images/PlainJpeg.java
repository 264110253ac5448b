package dev.parallax.images;

import java.io.IOException;
import java.util.Arrays;

/**
 * The JPEG files that libjpeg-turbo and the JDK's reader (libjpeg 6b) decode to the same pixels:
 * nearly all there are. Grey or YCbCr of 8 bits, Huffman coded; baseline in one scan, or
 * progressive to the last bit; luma as fine as chroma, twice as wide or twice as wide and high.
 *
 * <p>What is left out, and why: other colour spaces, and files whose colour space has to be
 * guessed; subsamplings that only one of them interpolates; progressive files that stop early,
 * which they smooth in two ways; tables that are not in the file, and quantisers of 16 bits, which
 * overflow vector arithmetic.
 *
 * <p>Walks the file once; not thread-safe.
 */
final class PlainJpeg {
  private static final int BASELINE = 0xc0;
  private static final int PROGRESSIVE = 0xc2;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int QUANTISERS = 0xdb;
  private static final int RESTART_INTERVAL = 0xdd;
  private static final int JFIF = 0xe0;
  private static final int ADOBE = 0xee;

  private static final int COEFFICIENTS = 64;
  private static final int UNKNOWN = -1;

  private final FileBytes in;
  private final boolean[] tables = new boolean[32];
  private int frame;
  private int[] ids = {};

  /** Of each component and coefficient, how many of the lowest bits are still to come. */
  private int[][] missingBits = {};

  private boolean jfif;
  private boolean adobe;

  private PlainJpeg(FileBytes in) {
    this.in = in;
  }

  /**
   * Whether a file is one of them.
   *
   * @param file as {@link JpegSegments} leaves it
   */
  static boolean is(byte[] file) {
    try {
      return new PlainJpeg(new FileBytes(file)).isPlain();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isPlain() throws IOException {
    int at = 2;
    while (true) {
      int marker = in.u16BigEndian(at) - 0xff00;
      if (marker == END_OF_IMAGE) {
        return frame == PROGRESSIVE && isComplete();
      }
      int length = in.u16BigEndian(at + 2);
      in.require(at + 2, length);
      if (length < 2 || !isPlain(marker, at + 4, length - 2)) {
        return false;
      }
      at += 2 + length;
      if (marker == START_OF_SCAN) {
        if (frame == BASELINE) {
          return true;
        }
        at = afterEntropyCoded(at);
      }
    }
  }

  /** Whether a segment is one of a plain file. */
  private boolean isPlain(int marker, int at, int length) throws IOException {
    return switch (marker) {
      case BASELINE, PROGRESSIVE -> isPlainFrame(marker, at, length);
      case HUFFMAN_TABLES -> areHuffmanTables(at, length);
      case QUANTISERS -> areEightBitQuantisers(at, length);
      case START_OF_SCAN -> isPlainScan(at, length);
      case RESTART_INTERVAL -> true;
      case JFIF -> {
        jfif |= length >= 14;
        yield length >= 14;
      }
      case ADOBE -> {
        adobe = true;
        yield length >= 12 && in.u8(at + 11) == 1;
      }
      default -> false;
    };
  }

  private boolean isPlainFrame(int marker, int at, int length) throws IOException {
    int components = in.u8(at + 5);
    if (frame != 0
        || in.u8(at) != 8
        || (components != 1 && components != 3)
        || length != 6 + 3 * components) {
      return false;
    }
    frame = marker;
    ids = new int[components];
    missingBits = new int[components][COEFFICIENTS];
    for (int i = 0; i < components; i++) {
      ids[i] = in.u8(at + 6 + 3 * i);
      Arrays.fill(missingBits[i], UNKNOWN);
      int sampling = in.u8(at + 7 + 3 * i);
      boolean plain =
          sampling == 0x11 || (i == 0 && components == 3 && (sampling == 0x21 || sampling == 0x22));
      if (!plain) {
        return false;
      }
    }
    return Arrays.stream(ids).distinct().count() == components;
  }

  private boolean areHuffmanTables(int at, int length) throws IOException {
    int end = at + length;
    int table = at;
    while (table < end) {
      int number = in.u8(table);
      if ((number & ~0x13) != 0) {
        return false;
      }
      tables[number] = true;
      int codes = 0;
      for (int i = 1; i <= 16; i++) {
        codes += in.u8(table + i);
      }
      table += 17 + codes;
    }
    return table == end;
  }

  private boolean areEightBitQuantisers(int at, int length) throws IOException {
    for (int table = at; table < at + length; table += 1 + COEFFICIENTS) {
      if (in.u8(table) > 3) {
        return false;
      }
    }
    return length % (1 + COEFFICIENTS) == 0;
  }

  private boolean isPlainScan(int at, int length) throws IOException {
    int components = in.u8(at);
    if (frame == 0 || length != 4 + 2 * components || !hasKnownColors()) {
      return false;
    }
    int first = in.u8(at + 1 + 2 * components);
    int last = in.u8(at + 2 + 2 * components);
    int approximation = in.u8(at + 3 + 2 * components);
    if (frame == BASELINE
        && (components != ids.length || first != 0 || last != 63 || approximation != 0)) {
      return false;
    }
    for (int i = 0; i < components; i++) {
      int component = indexOf(in.u8(at + 1 + 2 * i));
      if (component < 0 || last >= COEFFICIENTS) {
        return false;
      }
      int used = in.u8(at + 2 + 2 * i);
      if (frame == BASELINE && !(hasTable(used >> 4) && hasTable(0x10 | (used & 0xf)))) {
        return false;
      }
      for (int k = first; k <= last; k++) {
        missingBits[component][k] = approximation & 0xf;
      }
    }
    return true;
  }

  /** Where the file does not say, components of numbers 1, 2, 3 are YCbCr to both. */
  private boolean hasKnownColors() {
    if (ids.length == 1) {
      return !adobe;
    }
    return jfif || adobe || Arrays.equals(ids, new int[] {1, 2, 3});
  }

  private int indexOf(int id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  private boolean hasTable(int number) {
    return number < tables.length && tables[number];
  }

  private int afterEntropyCoded(int from) throws IOException {
    int at = from;
    while (true) {
      while (in.u8(at) != 0xff) {
        at++;
      }
      int next = in.u8(at + 1);
      if (next != 0 && (next < 0xd0 || next > 0xd7)) {
        return at;
      }
      at += 2;
    }
  }

  private boolean isComplete() {
    return Arrays.stream(missingBits).flatMapToInt(Arrays::stream).allMatch(bits -> bits == 0);
  }
}
