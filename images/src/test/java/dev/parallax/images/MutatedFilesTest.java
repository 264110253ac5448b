package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are: an image or one clear line, within bounds. */
class MutatedFilesTest {
  private static final int MUTANTS = 300;
  private static final int MOST_BYTES = 32 << 20;

  /** Small, so that no mutant is slow only because it is large. */
  private final ImageDecoder decoder = new ImageDecoder(new DecodeLimits(1 << 20, 512, 65_536));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "palette-16.png",
        "grey-2.png",
        "rgba-16.png",
        "rgb.bmp",
        "palette.bmp",
        "palette.gif",
        "frame-within-screen.gif",
        "lossless.webp",
        "lossless-palette.webp",
        "lossy.webp",
        "lossy-alpha.webp",
        "animated.webp",
        "420.jpg",
        "422-progressive.jpg",
        "cmyk.jpg"
      })
  void mutants_decodeOrAreRefused(String name) {
    byte[] file = GoldenFiles.read(name);
    var random = new SplittableRandom(name.hashCode());
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(file, random);
      if (name.endsWith(".png")) {
        GoldenFiles.sealChunks(mutant);
      }
      long start = System.nanoTime();
      long before = GoldenFiles.allocatedBytes();
      try {
        RgbImage image = decoder.decode(mutant);
        assertThat(image.width() * image.height()).isLessThanOrEqualTo(65_536);
      } catch (UnreadableImageException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
      assertThat(GoldenFiles.allocatedBytes() - before)
          .as("bytes for mutant %d", i)
          .isLessThan(MOST_BYTES);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("time for mutant %d", i)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  private static byte[] mutate(byte[] file, SplittableRandom random) {
    byte[] mutant = file.clone();
    // Headers are where the lies are.
    int reach = random.nextBoolean() ? Math.min(64, file.length) : file.length;
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      int at = random.nextInt(reach);
      mutant[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) (mutant[at] ^ (1 << random.nextInt(8)));
            case 1 -> (byte) 0xff;
            case 2 -> 0;
            default -> (byte) random.nextInt(256);
          };
    }
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(mutant, random.nextInt(mutant.length));
      case 1 -> Arrays.copyOf(mutant, mutant.length + random.nextInt(100));
      default -> mutant;
    };
  }
}
