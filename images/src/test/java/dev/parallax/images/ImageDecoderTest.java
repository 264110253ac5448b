package dev.parallax.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private final ImageDecoder decoder = ImageDecoder.withDefaultLimits();

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void hugeDimensions_areRefusedBeforePixelsAreAllocated(ImageFormat format) {
    byte[] file = GoldenFiles.claiming(format, GoldenFiles.mostPixelsASide(format));

    long before = GoldenFiles.allocatedBytes();
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageMatching("the image is \\d+x\\d+ pixels; allowed: .*16384.*40000000.*");
    assertThat(GoldenFiles.allocatedBytes() - before).isLessThan(1 << 20);
  }

  @Test
  void aBmpThatHoldsAnotherFile_isRefused() {
    byte[] file = GoldenFiles.read("rgb.bmp");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(30, 5);

    assertUnreadable(file, "compression 5");
  }

  @Test
  void negativeAndEmptyDimensions_areRefused() {
    byte[] file = GoldenFiles.read("rgb.bmp");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(22, Integer.MIN_VALUE);
    assertUnreadable(file, "");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(22, 0);
    assertUnreadable(file, "the image is 37x0 pixels");
  }

  @Test
  void aWebpCanvasSmallerThanItsFrame_doesNotHideTheFramesSize() {
    byte[] frame = GoldenFiles.claiming(ImageFormat.WEBP, 16_383);
    byte[] file = new byte[frame.length + 18];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.put(frame, 0, 12).put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10);
    out.put(new byte[10]).put(frame, 12, frame.length - 12).putInt(4, file.length - 8);

    assertUnreadable(file, "the image is 16383x16383 pixels");
  }

  @Test
  void limits_areThoseThatWereGiven() {
    byte[] file = GoldenFiles.read("rgb.png");

    assertThatThrownBy(() -> new ImageDecoder(new DecodeLimits(100, 99, 9999)).decode(file))
        .hasMessage("the image has " + file.length + " bytes; allowed: at most 100");
    assertThatThrownBy(() -> new ImageDecoder(new DecodeLimits(9999, 36, 9999)).decode(file))
        .hasMessageStartingWith("the image is 37x23 pixels; allowed: 1 to 36 a side");
    assertThatThrownBy(() -> new ImageDecoder(new DecodeLimits(9999, 99, 850)).decode(file))
        .hasMessageEndingWith("at most 850 in all");
    assertThatThrownBy(() -> new DecodeLimits(1, 0, 1)).hasMessageContaining("maxSide 0");
    assertThatThrownBy(() -> new DecodeLimits(1, 1, 1L << 30)).hasMessageContaining("715827879");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "palette.png",
        "rgb.bmp",
        "palette.bmp",
        "palette.gif",
        "lossless.webp",
        "lossy.webp",
        "420.jpg",
        "422-progressive.jpg"
      })
  void truncatedFiles_areRefusedAsDamaged(String name) {
    byte[] file = GoldenFiles.read(name);

    for (int percent : new int[] {2, 20, 50, 75, 95}) {
      byte[] part = Arrays.copyOf(file, Math.max(4, file.length * percent / 100));
      assertThatThrownBy(() -> decoder.decode(part))
          .as("%s at %d %%", name, percent)
          .isInstanceOf(UnreadableImageException.class)
          .hasMessageMatching("(damaged (JPEG|PNG|WEBP|BMP|GIF) file: .+|not an image; .+)");
    }
  }

  @Test
  void wrongChecksums_areRefused() {
    byte[] file = GoldenFiles.read("rgb.png");
    file[file.length / 2] ^= 1;

    assertUnreadable(file, "damaged PNG file: the checksum at byte");
  }

  @Test
  void filesThatAreNoImages_areRefusedWithWhatIsAllowed() {
    assertUnreadable(new byte[0], "the image has 0 bytes; allowed: a JPEG, PNG, WebP, BMP or GIF");
    assertUnreadable(
        "This is a text named .png".getBytes(StandardCharsets.UTF_8), "not an image; allowed: a");
    assertUnreadable("BMW makes cars".getBytes(StandardCharsets.UTF_8), "damaged BMP file");
    assertUnreadable(
        "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8),
        "not an image");
    assertUnreadable(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, "damaged JPEG file");
  }

  @Test
  void textsAndProfilesThatInflateWithoutEnd_areNeverInflated() throws Exception {
    byte[] bomb = GoldenFiles.deflatedZeros(64 << 20);
    byte[] file = GoldenFiles.read("rgb.png");
    byte[] withBombs = file;
    for (String chunk : List.of("zTXt", "iCCP", "iTXt")) {
      byte[] head =
          (chunk.equals("iTXt") ? "a\0\1\0\0\0" : "a\0\0").getBytes(StandardCharsets.US_ASCII);
      byte[] content = Arrays.copyOf(head, head.length + bomb.length);
      System.arraycopy(bomb, 0, content, head.length, bomb.length);
      withBombs = withChunk(withBombs, chunk, content);
    }

    long before = GoldenFiles.allocatedBytes();
    assertThat(decoder.decode(withBombs).rgb()).isEqualTo(decoder.decode(file).rgb());
    assertThat(GoldenFiles.allocatedBytes() - before).isLessThan(16 << 20);
  }

  @Test
  void progressiveFilesOfThousandsOfScans_areRefused() {
    byte[] file = GoldenFiles.read("422-progressive.jpg");
    byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 1, 0};
    byte[] many = Arrays.copyOf(file, file.length + 5000 * scan.length);
    for (int i = 0; i < 5000; i++) {
      System.arraycopy(scan, 0, many, file.length - 2 + i * scan.length, scan.length);
    }

    assertUnreadable(many, "damaged JPEG file: it has more than 100 scans");
  }

  @Test
  void strayBytesBetweenSegments_doNoHarm() throws Exception {
    byte[] file = GoldenFiles.read("420.jpg");
    byte[] padded = new byte[file.length + 3];
    int afterFirst = 20;
    System.arraycopy(file, 0, padded, 0, afterFirst);
    System.arraycopy(file, afterFirst, padded, afterFirst + 3, file.length - afterFirst);

    assertThat(decoder.decode(padded).rgb()).isEqualTo(decoder.decode(file).rgb());
  }

  @Test
  void theWebpReader_needsNoPluginDiscovery() throws Exception {
    assertThat(new WebPImageReaderSpi().createReaderInstance(null)).isNotNull();
  }

  @Test
  void threads_doNotDisturbEachOther() throws Exception {
    List<String> names =
        List.of(
            "420.jpg", "cmyk.jpg", "rgb.png", "grey.png", "palette.gif", "lossy.webp", "rgb.bmp");
    List<byte[]> expected = new ArrayList<>();
    for (String name : names) {
      expected.add(decoder.decode(GoldenFiles.read(name)).rgb());
    }
    byte[] damaged = Arrays.copyOf(GoldenFiles.read("420.jpg"), 700);

    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int which = i % names.size();
        done.add(
            threads.submit(
                () -> {
                  assertUnreadable(damaged, "damaged JPEG file");
                  assertThat(decoder.decode(GoldenFiles.read(names.get(which))).rgb())
                      .isEqualTo(expected.get(which));
                  return null;
                }));
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
  }

  private void assertUnreadable(byte[] file, String reason) {
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  private static byte[] withChunk(byte[] png, String type, byte[] content) {
    int afterHeader = 33;
    ByteBuffer out = ByteBuffer.allocate(png.length + 12 + content.length);
    out.put(png, 0, afterHeader).putInt(content.length);
    out.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
    var crc = new CRC32();
    crc.update(out.array(), afterHeader + 4, 4 + content.length);
    out.putInt((int) crc.getValue());
    return out.put(png, afterHeader, png.length - afterHeader).array();
  }
}
