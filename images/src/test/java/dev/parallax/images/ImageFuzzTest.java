package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are: the pixels that a model takes or one clear line, within a second and
 * within 32 MiB. One target for each format, so that none starves the others; {@code
 * benchmarks/fuzz/run} looks for new inputs, the tests run those that are known.
 */
class ImageFuzzTest {
  private static final int SIDE = 32;
  private static final long MOST_BYTES = 32 << 20;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final DecodeLimits LIMITS = new DecodeLimits(1 << 20, 512, 65_536);

  private final ImageDecoder decoder = new ImageDecoder(LIMITS);
  private final ImageDecoder jdk = new ImageDecoder(LIMITS, Optional.empty());
  private final EvalPreprocessing preprocessing = new EvalPreprocessing(SIDE, SIDE + 4);

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void jpeg(byte[] file) {
    boolean readable = decode(decoder, file);
    // libjpeg-turbo, where the system has it, refuses nothing that the JDK reads.
    assertThat(readable || !decode(jdk, file)).isTrue();
  }

  static Stream<byte[]> jpeg() {
    return golden("420.jpg", "422-progressive.jpg", "444.jpg", "grey.jpg", "cmyk.jpg");
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void png(byte[] file) {
    byte[] sealed = file.clone();
    GoldenFiles.sealChunks(sealed);
    decode(sealed);
  }

  static Stream<byte[]> png() {
    return golden("rgb.png", "palette-16.png", "grey-2.png", "rgba-16.png", "grey-transparent.png");
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void webp(byte[] file) {
    decode(file);
  }

  static Stream<byte[]> webp() {
    return golden(
        "lossy.webp",
        "lossy-alpha.webp",
        "lossless.webp",
        "lossless-palette.webp",
        "animated.webp");
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void bmp(byte[] file) {
    decode(file);
  }

  static Stream<byte[]> bmp() {
    return golden("rgb.bmp", "palette.bmp", "bilevel.bmp", "grey.bmp");
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void gif(byte[] file) {
    decode(file);
  }

  static Stream<byte[]> gif() {
    return golden("palette.gif", "animated.gif", "frame-within-screen.gif", "grey.gif");
  }

  private static Stream<byte[]> golden(String... names) {
    return Stream.of(names).map(GoldenFiles::read);
  }

  private void decode(byte[] file) {
    decode(decoder, file);
  }

  private boolean decode(ImageDecoder decoder, byte[] file) {
    boolean readable = false;
    long bytes = GoldenFiles.allocatedBytes();
    long nanos = THREADS.getCurrentThreadCpuTime();
    try {
      RgbImage image = preprocessing.apply(decoder.decode(file));
      assertThat(image.rgb()).hasSize(SIDE * SIDE * 3);
      readable = true;
    } catch (UnreadableImageException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
    assertThat(THREADS.getCurrentThreadCpuTime() - nanos).as("ns").isLessThan(MOST_NANOS);
    assertThat(GoldenFiles.allocatedBytes() - bytes).as("bytes").isLessThan(MOST_BYTES);
    return readable;
  }
}
