package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Pillow 9.4; {@code src/test/python/golden_images.py} writes the files. */
class GoldenImagesTest {
  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "rgba.png",
        "grey.png",
        "grey-alpha.png",
        "bilevel.png",
        "palette.png",
        "palette-16.png",
        "palette-transparent.png",
        "rgb-transparent.png",
        "grey-transparent.png",
        "gamma.png",
        "odd-profile.png",
        "rgb-16.png",
        "rgba-16.png",
        "grey-16.png",
        "grey-4.png",
        "grey-2.png",
        "rgb.bmp",
        "grey.bmp",
        "palette.bmp",
        "bilevel.bmp",
        "rgbx.bmp",
        "palette.gif",
        "grey.gif",
        "transparent.gif",
        "animated.gif",
        "frame-within-screen.gif",
        "frame-beyond-screen.gif",
        "lossless.webp",
        "lossless-alpha.webp",
        "lossless-palette.webp",
        "animated.webp",
        "odd-profile.webp"
      })
  void losslessFormats_agreeWithPillowExactly(String name) throws Exception {
    assertThat(largestDifference(name)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "444.jpg, 1",
    "420.jpg, 1",
    "422-progressive.jpg, 1",
    "grey.jpg, 1",
    "odd-profile.jpg, 1",
    "exif-rotated.jpg, 1",
    "cmyk.jpg, 1",
    "cmyk-no-adobe.jpg, 1",
    "ycck.jpg, 2",
    // The reader repeats chroma where libwebp interpolates it.
    "lossy.webp, 16",
    "lossy-alpha.webp, 16"
  })
  void lossyFormats_agreeWithPillowClosely(String name, int allowed) throws Exception {
    assertThat(largestDifference(name)).isLessThanOrEqualTo(allowed);
  }

  private int largestDifference(String name) throws UnreadableImageException {
    ByteBuffer golden = ByteBuffer.wrap(GoldenFiles.read(name + ".rgb"));
    RgbImage image = decoder.decode(GoldenFiles.read(name));
    assertThat(image.width()).isEqualTo(golden.getInt());
    assertThat(image.height()).isEqualTo(golden.getInt());
    byte[] expected = Arrays.copyOfRange(golden.array(), 8, golden.capacity());
    int largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((expected[i] & 0xff) - (image.rgb()[i] & 0xff)));
    }
    return largest;
  }
}
