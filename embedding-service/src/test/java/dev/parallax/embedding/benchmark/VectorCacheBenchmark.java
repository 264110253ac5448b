package dev.parallax.embedding.benchmark;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.cache.ContentHash;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.input.InputReader;
import dev.parallax.embedding.model.CatalogContents;
import dev.parallax.embedding.model.CatalogLimits;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelControl;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.OnnxRuntime;
import dev.parallax.embedding.model.RuntimeSettings;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.images.DecodeLimits;
import dev.parallax.images.EvalPreprocessing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;

/** What the cache adds to an image that it has never seen, beside the decoding of that image. */
public final class VectorCacheBenchmark {
  private static final int SIDE = 224;
  private static final List<String> OUTPUTS = List.of("embedding");
  private static int sink;

  private VectorCacheBenchmark() {}

  /** Microseconds an image, the fastest of five measurements each. */
  public static void main(String... arguments) throws Exception {
    ImageInput file = new ImageInput.Encoded(photo(640, 480));
    ImageInput pixels = new ImageInput.Prepared(noise(SIDE * SIDE * 3));
    InputReader reader = new InputReader(DecodeLimits.defaults());
    EvalPreprocessing preprocessing = new EvalPreprocessing(SIDE, SIDE);
    System.out.printf(
        "file of %d bytes: hash %.1f us, decode %.1f us%n",
        ((ImageInput.Encoded) file).file().size(),
        fastest(2_000, i -> sink += ContentHash.of(file).hashCode()),
        fastest(100, i -> sink += reader.read(file, preprocessing).length));
    System.out.printf(
        "pixels of %d bytes: hash %.1f us%n",
        SIDE * SIDE * 3, fastest(2_000, i -> sink += ContentHash.of(pixels).hashCode()));
    unique();
    System.exit(sink == 0 ? 1 : 0);
  }

  /** Images that are all different, in a cache that is full. */
  private static void unique() throws Exception {
    Path root = Files.createTempDirectory("cache-benchmark");
    TestRepository repository = new TestRepository(root);
    repository.publish("m", new TinyModel(8, 5, 1));
    VectorCache cache = new VectorCache(10 << 20);
    try (ModelCatalog catalog =
        new ModelCatalog(
            new CatalogContents(
                repository.models(),
                repository.loader(new OnnxRuntime(RuntimeSettings.defaults())),
                ModelControl.poll(),
                new CatalogLimits(1, 1),
                ServingMonitor.silent()),
            Executors.newSingleThreadScheduledExecutor())) {
      catalog.refresh().join();
      try (ModelLease lease = catalog.lease("m", 0).join()) {
        Random random = new Random(1);
        System.out.printf(
            "look-up, vector of 512 and eviction: %.1f us%n",
            fastest(
                20_000,
                i -> {
                  ContentHash hash =
                      new ContentHash(random.nextLong(), random.nextLong(), i, random.nextLong());
                  if (cache.find(lease.model(), hash, OUTPUTS).isEmpty()) {
                    cache.keep(lease.model(), hash, OUTPUTS, List.of(new float[512]));
                  }
                }));
      }
    } finally {
      TestRepository.delete(root);
    }
  }

  /** One round. */
  @FunctionalInterface
  private interface Work {
    void run(int round) throws Exception;
  }

  private static double fastest(int rounds, Work work) throws Exception {
    double best = Double.MAX_VALUE;
    for (int measurement = 0; measurement < 6; measurement++) {
      long started = System.nanoTime();
      for (int round = 0; round < rounds; round++) {
        work.run(round);
      }
      // the first is the compiler's
      best = measurement == 0 ? best : Math.min(best, (System.nanoTime() - started) / 1e3 / rounds);
    }
    return best;
  }

  private static ByteString noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    return ByteString.copyFrom(noise);
  }

  /** Smooth and noisy enough to be about as large as a photograph. */
  private static ByteString photo(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = (int) (100 + 60 * Math.sin(x / 40.0) * Math.cos(y / 30.0));
        image.setRGB(x, y, 0x010101 * (level + random.nextInt(30)));
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", file);
    return ByteString.copyFrom(file.toByteArray());
  }
}
