package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.images.JpegFiles.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJpegTest {
  private static final int FRAME = 0xc0;
  private static final int PROGRESSIVE_FRAME = 0xc2;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int SCAN = 0xda;
  private static final int QUANTISERS = 0xdb;
  private static final int JFIF = 0xe0;
  private static final int ADOBE = 0xee;

  private final byte[] baseline = JpegFiles.written(new Kind(false, 2, 2, false, 0.8f), 40, 30, 1);
  private final byte[] full = JpegFiles.written(new Kind(false, 1, 1, false, 0.8f), 40, 30, 1);
  private final byte[] grey = JpegFiles.written(new Kind(true, 1, 1, false, 0.8f), 40, 30, 1);
  private final byte[] progressive =
      JpegFiles.written(new Kind(false, 2, 2, true, 0.8f), 40, 30, 1);

  @ParameterizedTest
  @ValueSource(
      strings = {"420.jpg", "422-progressive.jpg", "444.jpg", "grey.jpg", "exif-rotated.jpg"})
  void whatCamerasAndToolsWrite_isPlain(String name) {
    assertPlain(GoldenFiles.read(name), true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cmyk.jpg", "cmyk-no-adobe.jpg", "ycck.jpg"})
  void inks_areNot(String name) {
    assertPlain(GoldenFiles.read(name), false);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "2, 1, true", "2, 2, true", "1, 2, false", "4, 1, false"})
  void subsamplingsThatBothInterpolate_arePlain(int horizontal, int vertical, boolean plain) {
    assertPlain(
        JpegFiles.written(new Kind(false, horizontal, vertical, false, 0.8f), 40, 30, 1), plain);
    assertPlain(
        JpegFiles.written(new Kind(false, horizontal, vertical, true, 0.8f), 40, 30, 1), plain);
  }

  @Test
  void colorSpacesThatAreSaidOrTheSameToBoth_arePlain() {
    assertPlain(baseline, true);
    assertPlain(JpegFiles.without(baseline, JFIF), true);
    assertPlain(JpegFiles.with(JpegFiles.without(baseline, JFIF), ADOBE, adobe(1)), true);
    assertPlain(JpegFiles.with(baseline, ADOBE, adobe(0)), false);
    assertPlain(JpegFiles.with(grey, ADOBE, adobe(0)), false);
    byte[] otherNumbers = JpegFiles.changed(JpegFiles.without(full, JFIF), FRAME, 6, 'R');
    assertPlain(JpegFiles.changed(otherNumbers, SCAN, 1, 'R'), false);
    assertPlain(JpegFiles.changed(JpegFiles.changed(full, FRAME, 6, 'R'), SCAN, 1, 'R'), true);
  }

  @Test
  void otherCodings_areNot() {
    assertPlain(JpegFiles.changed(baseline, FRAME, -3, 0xc1), false);
    assertPlain(JpegFiles.changed(baseline, FRAME, 0, 12), false);
    byte[] arithmetic = baseline.clone();
    arithmetic[JpegFiles.content(arithmetic, FRAME) - 3] = (byte) 0xc9;
    assertPlain(arithmetic, false);
  }

  @Test
  void tablesThatAreNotInTheFile_orTooWide_areNotPlain() {
    assertPlain(JpegFiles.without(baseline, HUFFMAN_TABLES), false);
    assertPlain(JpegFiles.changed(baseline, QUANTISERS, 0, 0x10), false);
  }

  @Test
  void componentsThatLackTheirScan_orShareANumber_areNotPlain() {
    assertPlain(JpegFiles.changed(baseline, SCAN, 1, 7), false);
    assertPlain(JpegFiles.changed(baseline, FRAME, 9, 1), false);
  }

  @Test
  void progressiveFilesThatStopEarly_areNotPlain() {
    assertPlain(progressive, true);
    byte[] early = progressive.clone();
    int last = lastMarker(early, SCAN);
    early[last + 1] = (byte) 0xd9;
    assertPlain(early, false);
    assertPlain(Arrays.copyOf(progressive, progressive.length - 2), false);
  }

  @Test
  void noStartOfAnyFile_isEverythingThatIsNeeded() {
    for (int length = 0; length <= JpegFiles.content(baseline, SCAN); length++) {
      assertThat(PlainJpeg.is(Arrays.copyOf(baseline, length))).as("%d bytes", length).isFalse();
    }
    byte[] twoFrames =
        JpegFiles.with(
            progressive,
            PROGRESSIVE_FRAME,
            Arrays.copyOfRange(
                progressive,
                JpegFiles.content(progressive, PROGRESSIVE_FRAME),
                JpegFiles.content(progressive, PROGRESSIVE_FRAME) + 15));
    assertPlain(twoFrames, false);
  }

  private static void assertPlain(byte[] file, boolean plain) {
    assertThat(PlainJpeg.is(still(file))).isEqualTo(plain);
  }

  private static byte[] still(byte[] file) {
    try {
      return JpegSegments.still(new FileBytes(file)).file();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] adobe(int transform) {
    byte[] content = Arrays.copyOf("Adobe".getBytes(StandardCharsets.US_ASCII), 12);
    content[6] = 100;
    content[11] = (byte) transform;
    return content;
  }

  private static int lastMarker(byte[] file, int marker) {
    int at = file.length - 2;
    while (file[at] != (byte) 0xff || (file[at + 1] & 0xff) != marker) {
      at--;
    }
    return at;
  }
}
