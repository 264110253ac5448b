package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow and torchvision; {@code src/test/python/golden_resize.py} writes the values. */
class ResamplerTest {
  private static Stream<Arguments> cases(String kind) throws IOException {
    List<String> lines = new String(resource("cases.txt"), StandardCharsets.UTF_8).lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).startsWith(kind))
        .mapToObj(i -> Arguments.of(i, lines.get(i)));
  }

  private static Stream<Arguments> crops() throws IOException {
    return cases("crop");
  }

  private static Stream<Arguments> evaluations() throws IOException {
    return cases("eval");
  }

  @ParameterizedTest
  @MethodSource("crops")
  void resizedCrops_areThoseOfPillowToTheBit(int number, String line) throws IOException {
    assertThat(crop(line)).isEqualTo(resource(number + ".rgb"));
  }

  @ParameterizedTest
  @MethodSource("crops")
  void resizedCrops_areThoseOfTorchvisionTensorsWithinOne(int number, String line)
      throws IOException {
    byte[] actual = crop(line);
    byte[] expected = resource(number + ".tensor");

    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs((actual[i] & 0xff) - (expected[i] & 0xff))).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("evaluations")
  void evalPreprocessing_isTorchvisionsResizeAndCenterCropToTheBit(int number, String line)
      throws IOException {
    int[] n = numbers(line);

    RgbImage result = new EvalPreprocessing(n[2], n[3]).apply(source(n[0], n[1]));

    assertThat(result.width()).isEqualTo(n[2]);
    assertThat(result.rgb()).isEqualTo(resource(number + ".rgb"));
  }

  @Test
  void evalPreprocessing_ofAnImageThatFits_isThatImage() {
    RgbImage image = source(32, 32);

    assertThat(new EvalPreprocessing(32, 32).apply(image)).isSameAs(image);
  }

  @Test
  void evalPreprocessing_ofALine_staysSmall() {
    long before = GoldenFiles.allocatedBytes();
    new EvalPreprocessing(224, 256).apply(new RgbImage(16_384, 1, new byte[16_384 * 3]));

    // The whole line would be 4,194,304 pixels wide.
    assertThat(GoldenFiles.allocatedBytes() - before).isLessThan(4 << 20);
  }

  @Test
  void evalPreprocessing_allowsNoCropLargerThanTheImage() {
    assertThatThrownBy(() -> new EvalPreprocessing(32, 31)).hasMessageContaining("imageSize is 32");
    assertThatThrownBy(() -> new EvalPreprocessing(0, 1)).hasMessageContaining("imageSize is 0");
  }

  @Test
  void resizingToTheSameSize_changesNothing() {
    RgbImage image = source(13, 7);

    assertThat(Resampler.resize(image, 13, 7).rgb()).isEqualTo(image.rgb());
  }

  @Test
  void oneColor_staysThatColor() {
    byte[] rgb = new byte[90 * 50 * 3];
    Arrays.fill(rgb, (byte) 200);

    for (int side = 1; side < 120; side += 7) {
      assertThat(Resampler.resize(new RgbImage(90, 50, rgb), side, 121 - side).rgb())
          .containsOnly((byte) 200);
    }
  }

  @Test
  void onlyTheNamedBytesAreWritten() {
    byte[] out = new byte[5 + 4 * 4 * 3 + 5];
    Resampler.resize(source(9, 9), 1, 1, 7, 7, 4, 4, out, 5);

    assertThat(Arrays.copyOf(out, 5)).containsOnly(0);
    assertThat(Arrays.copyOfRange(out, out.length - 5, out.length)).containsOnly(0);
  }

  @Test
  void boxesOutsideOfTheImage_areRefused() {
    RgbImage image = source(10, 8);
    byte[] out = new byte[12];
    int[][] boxes = {
      {-1, 0, 2, 2},
      {0, -1, 2, 2},
      {9, 0, 2, 2},
      {0, 7, 2, 2},
      {0, 0, 0, 2},
      {0, 0, 2, 0},
      {1, 0, Integer.MAX_VALUE, 2}
    };
    for (int[] box : boxes) {
      assertThatThrownBy(
              () -> Resampler.resize(image, box[0], box[1], box[2], box[3], 2, 2, out, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not inside the image of 10x8");
    }
  }

  @Test
  void anImageWhoseBytesDoNotFit_doesNotExist() {
    assertThatThrownBy(() -> new RgbImage(2, 2, new byte[11]))
        .hasMessage("rgb has 11 bytes; a 2x2 image has 12");
    assertThatThrownBy(() -> new RgbImage(0, 2, new byte[0])).hasMessageContaining("0x2");
    assertThatThrownBy(() -> new RgbImage(1 << 16, 1 << 16, new byte[0]))
        .hasMessageContaining("12884901888");
  }

  private static byte[] crop(String line) {
    int[] n = numbers(line);
    byte[] out = new byte[n[6] * n[7] * 3];
    Resampler.resize(source(n[0], n[1]), n[2], n[3], n[4], n[5], n[6], n[7], out, 0);
    return out;
  }

  private static int[] numbers(String line) {
    return Arrays.stream(line.split(" ")).skip(1).mapToInt(Integer::parseInt).toArray();
  }

  private static RgbImage source(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (((long) i * i * 31 + i * 7L) >> 3);
    }
    return new RgbImage(width, height, rgb);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ResamplerTest.class.getResourceAsStream("/resize/" + name)) {
      return in.readAllBytes();
    }
  }
}
