import dev.parallax.images.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/** Decoding of JPEG files by libjpeg-turbo and by the JDK, in turns, on one thread. */
final class Decoding {
  private static final int ROUNDS = 25;
  private static final int WARM_UP = 10;
  private static final float QUALITY = 0.9f;

  /** One row of the result: images of {@code side} pixels, {@code files} of them a round. */
  record Case(int side, boolean progressive, int files) {}

  public static void main(String[] arguments) throws Exception {
    ImageDecoder jdk = decoder("jdk");
    ImageDecoder turbo = decoder("auto");
    String library = ImageDecoder.jpegDecoder();
    if (!library.contains("turbo")) {
      System.err.println("this system has no libturbojpeg.so.0; on Debian: apt install libturbojpeg0");
      System.exit(2);
    }
    for (Case which :
        List.of(
            new Case(32, false, 2000),
            new Case(256, false, 100),
            new Case(256, true, 50),
            new Case(1024, false, 8))) {
      List<byte[]> files = files(which);
      for (byte[] file : files) {
        if (!Arrays.equals(jdk.decode(file).rgb(), turbo.decode(file).rgb())) {
          throw new AssertionError("the pixels differ");
        }
      }
      double[] ofJdk = new double[ROUNDS];
      double[] ofTurbo = new double[ROUNDS];
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        double first = micros(jdk, files);
        double second = micros(turbo, files);
        if (round >= 0) {
          ofJdk[round] = first;
          ofTurbo[round] = second;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "{\"side\":%d,\"progressive\":%b,\"bytes\":%d,\"library\":\"%s\",\"jdk_us\":%.1f,"
              + "\"turbo_us\":%.1f,\"ratio\":%.2f,\"jdk_rounds_us\":%s,\"turbo_rounds_us\":%s}%n",
          which.side(),
          which.progressive(),
          files.stream().mapToLong(file -> file.length).sum() / files.size(),
          library,
          median(ofJdk),
          median(ofTurbo),
          median(ofJdk) / median(ofTurbo),
          rounded(ofJdk),
          rounded(ofTurbo));
    }
  }

  private static ImageDecoder decoder(String setting) {
    System.setProperty("parallax.jpeg", setting);
    return ImageDecoder.withDefaultLimits();
  }

  /** Of one file, on average over all. */
  private static double micros(ImageDecoder decoder, List<byte[]> files) throws Exception {
    long start = System.nanoTime();
    for (byte[] file : files) {
      decoder.decode(file);
    }
    return (System.nanoTime() - start) / 1e3 / files.size();
  }

  private static List<byte[]> files(Case which) throws IOException {
    var random = new SplittableRandom(1);
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < which.files(); i++) {
      files.add(written(textured(which.side(), random), which.progressive()));
    }
    return files;
  }

  /** Waves and a little noise, which take 2 to 3 bits a pixel, as photographs do. */
  private static BufferedImage textured(int side, SplittableRandom random) {
    var image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    for (int band = 0; band < 3; band++) {
      double across = random.nextDouble(0.02, 0.3);
      double down = random.nextDouble(0.02, 0.3);
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double value = 128 + 80 * Math.sin(x * across + y * down) + random.nextInt(-9, 10);
          image.getRaster().setSample(x, y, band, Math.clamp((long) value, 0, 255));
        }
      }
    }
    return image;
  }

  private static byte[] written(BufferedImage image, boolean progressive) throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("JPEG").next();
    var out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(QUALITY);
      how.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String rounded(double[] values) {
    return Arrays.toString(Arrays.stream(values).map(v -> Math.round(v * 10) / 10.0).toArray())
        .replace(" ", "");
  }
}
