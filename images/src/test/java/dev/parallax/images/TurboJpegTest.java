package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parallax.images.JpegFiles.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the JDK's reader; skipped where the system has no libturbojpeg.so.0. */
class TurboJpegTest {
  private static final Optional<TurboJpeg> FOUND = TurboJpeg.find(TurboJpeg.LIBRARY);

  private final ImageDecoder turbo = new ImageDecoder(DecodeLimits.defaults(), FOUND);
  private final ImageDecoder jdk = new ImageDecoder(DecodeLimits.defaults(), Optional.empty());

  @BeforeAll
  static void needsTheLibrary() {
    assumeTrue(FOUND.isPresent(), "the system has no " + TurboJpeg.LIBRARY);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 1, 1, false",
    "false, 1, 1, true",
    "false, 2, 1, false",
    "false, 2, 1, true",
    "false, 2, 2, false",
    "false, 2, 2, true",
    "true, 1, 1, false",
    "true, 1, 1, true"
  })
  void plainFiles_giveThePixelsOfTheJdk(
      boolean grey, int horizontal, int vertical, boolean progressive) throws Exception {
    var random = new SplittableRandom(horizontal * 8L + vertical);
    for (float quality : new float[] {0.05f, 0.3f, 0.75f, 0.95f, 1}) {
      for (int i = 0; i < 24; i++) {
        int width = random.nextInt(1, i < 12 ? 20 : 150);
        int height = random.nextInt(1, i < 12 ? 20 : 150);
        var kind = new Kind(grey, horizontal, vertical, progressive, quality);
        byte[] file = JpegFiles.written(kind, width, height, i);

        byte[] expected = jdk.decode(file).rgb();

        assertThat(decodedByLibrary(file)).as("%s %dx%d", kind, width, height).hasValue(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "420.jpg",
        "422-progressive.jpg",
        "444.jpg",
        "grey.jpg",
        "odd-profile.jpg",
        "exif-rotated.jpg",
        "cmyk.jpg",
        "cmyk-no-adobe.jpg",
        "ycck.jpg"
      })
  void everyKindOfFile_givesThePixelsOfTheJdk(String name) throws Exception {
    byte[] file = GoldenFiles.read(name);

    assertThat(turbo.decode(file).rgb()).isEqualTo(jdk.decode(file).rgb());
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "4, 1"})
  void otherSubsamplings_giveThePixelsOfTheJdk(int horizontal, int vertical) throws Exception {
    byte[] file = JpegFiles.written(new Kind(false, horizontal, vertical, false, 0.8f), 67, 45, 3);

    assertThat(turbo.decode(file).rgb()).isEqualTo(jdk.decode(file).rgb());
  }

  @Test
  void filesWithoutAMarkerOfTheirColors_giveThePixelsOfTheJdk() throws Exception {
    for (int side = 1; side <= 2; side++) {
      byte[] file = JpegFiles.written(new Kind(false, side, side, false, 0.8f), 50, 50, 5);
      byte[] bare = JpegFiles.without(file, 0xe0);
      byte[] otherNumbers = JpegFiles.changed(JpegFiles.changed(bare, 0xc0, 6, 9), 0xda, 1, 9);

      assertThat(decodedByLibrary(bare)).hasValue(jdk.decode(bare).rgb());
      assertThat(turbo.decode(otherNumbers).rgb()).isEqualTo(jdk.decode(otherNumbers).rgb());
    }
  }

  @Test
  void truncatedFiles_areRefusedAsByTheJdk() {
    for (String name : List.of("420.jpg", "422-progressive.jpg", "444.jpg", "grey.jpg")) {
      byte[] file = GoldenFiles.read(name);
      for (int length = 4; length < file.length; length += 1 + length / 40) {
        byte[] part = Arrays.copyOf(file, length);

        assertThat(outcome(turbo, part))
            .as("%s, %d bytes", name, length)
            .isEqualTo(outcome(jdk, part));
      }
    }
  }

  /** Where the library is content, so is the reader; all else is the JDK's. */
  @Test
  void whateverTheLibraryWarnsOf_isLeftToTheJdk() {
    byte[] file = JpegFiles.written(new Kind(false, 2, 2, false, 0.8f), 90, 70, 2);
    int scan = JpegFiles.content(file, 0xda);
    var random = new SplittableRandom(7);
    int left = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = file.clone();
      damaged[random.nextInt(scan + 10, file.length)] ^= (byte) (1 << random.nextInt(8));
      if (decodedByLibrary(damaged).isEmpty()) {
        left++;
        assertThat(outcome(turbo, damaged)).isEqualTo(outcome(jdk, damaged));
      }
    }
    assertThat(left).isPositive();
  }

  /** Two frames or a frame that lies cannot make the library write past the pixels. */
  @Test
  void sizesOtherThanTheFiles_writeNothingPastThem() {
    byte[] file = JpegFiles.written(new Kind(false, 2, 2, false, 0.8f), 90, 70, 2);

    for (int width : new int[] {1, 45, 89, 90}) {
      for (int height : new int[] {1, 35, 69, 70}) {
        FOUND
            .orElseThrow()
            .decode(file, width, height)
            .ifPresent(image -> assertThat(image.rgb()).hasSize(width * height * 3));
      }
    }
  }

  @Test
  void threads_doNotDisturbEachOther() throws Exception {
    byte[] small = JpegFiles.written(new Kind(false, 2, 2, false, 0.8f), 33, 21, 1);
    byte[] large = JpegFiles.written(new Kind(false, 1, 1, true, 0.8f), 300, 200, 2);
    byte[] damaged = Arrays.copyOf(large, large.length / 2);
    List<Object> expected =
        List.of(outcome(jdk, small), outcome(jdk, large), outcome(jdk, damaged));
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        done.add(
            threads.submit(
                () -> {
                  assertThat(outcome(turbo, small)).isEqualTo(expected.get(0));
                  assertThat(outcome(turbo, large)).isEqualTo(expected.get(1));
                  assertThat(outcome(turbo, damaged)).isEqualTo(expected.get(2));
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
  }

  private static Optional<byte[]> decodedByLibrary(byte[] file) {
    try {
      StillImage still = JpegSegments.still(new FileBytes(file));
      assertThat(PlainJpeg.is(still.file())).isTrue();
      return FOUND
          .orElseThrow()
          .decode(still.file(), still.width(), still.height())
          .map(RgbImage::rgb);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Pixels, or the line that says why there are none. */
  private static Object outcome(ImageDecoder decoder, byte[] file) {
    try {
      RgbImage image = decoder.decode(file);
      return List.of(image.width(), image.height(), Arrays.hashCode(image.rgb()));
    } catch (UnreadableImageException e) {
      return e.getMessage();
    }
  }
}
