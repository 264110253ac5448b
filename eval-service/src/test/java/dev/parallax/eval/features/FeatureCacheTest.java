package dev.parallax.eval.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.eval.embeddings.Embeddings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
  private static final FeatureCache.Key KEY = new FeatureCache.Key("m", "embedding", "d");
  private static final Features FEATURES =
      new Features(
          new int[] {0, 2},
          new Embeddings(2, 3, new float[] {1, -2.5f, Float.MIN_VALUE, 4, 5, 6}),
          List.of(new Skipped("cats/ä.png", "the file is truncated")));

  @TempDir Path directory;

  @Test
  void whatWasPut_isFound_alsoByTheNextProcess() throws Exception {
    cache(1 << 20, 0).put(KEY, FEATURES);
    Features found = cache(1 << 20, 1).find(KEY).orElseThrow();

    assertThat(found.positions()).containsExactly(0, 2);
    assertThat(found.embeddings().values()).isEqualTo(FEATURES.embeddings().values());
    assertThat(found.skipped()).isEqualTo(FEATURES.skipped());
  }

  @Test
  void anotherModelOutputOrSet_isNotFound() {
    FeatureCache cache = cache(1 << 20, 0);
    cache.put(KEY, FEATURES);
    assertThat(cache.find(new FeatureCache.Key("n", "embedding", "d"))).isEmpty();
    assertThat(cache.find(new FeatureCache.Key("m", "projection", "d"))).isEmpty();
    assertThat(cache.find(new FeatureCache.Key("m", "embedding", "e"))).isEmpty();
  }

  @Test
  void damagedFile_isDropped() throws Exception {
    FeatureCache cache = cache(1 << 20, 0);
    cache.put(KEY, FEATURES);
    Path file = only();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      Files.write(file, damaged);
      assertThat(cache.find(KEY)).as("byte %d", i).isEmpty();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void fileCutShort_isDropped() throws Exception {
    FeatureCache cache = cache(1 << 20, 0);
    cache.put(KEY, FEATURES);
    Path file = only();
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThat(cache.find(KEY)).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void leastRecentlyUsed_goesFirst() throws Exception {
    cache(1 << 20, 0).put(KEY, FEATURES);
    long one = Files.size(only());
    FeatureCache.Key second = new FeatureCache.Key("m2", "embedding", "d");
    FeatureCache.Key third = new FeatureCache.Key("m3", "embedding", "d");
    cache(2 * one, 10).put(second, FEATURES);
    cache(2 * one, 20).find(KEY);
    cache(2 * one, 30).put(third, FEATURES);

    FeatureCache cache = cache(2 * one, 40);
    assertThat(cache.find(KEY)).isPresent();
    assertThat(cache.find(second)).isEmpty();
    assertThat(cache.find(third)).isPresent();
  }

  @Test
  void sizeZero_keepsNothing() throws Exception {
    FeatureCache cache = cache(0, 0);
    cache.put(KEY, FEATURES);
    assertThat(cache.find(KEY)).isEmpty();
  }

  @Test
  void whatAnEarlierLifeLeftUnfinished_isRemoved() throws Exception {
    Path unfinished = Files.write(directory.resolve("x.part"), new byte[10]);
    cache(1, 0);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void directoryThatWentAway_costsTheCacheOnly() throws Exception {
    FeatureCache cache = cache(1 << 20, 0);
    Files.delete(directory);
    cache.put(KEY, FEATURES);
    assertThat(cache.find(KEY)).isEmpty();
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList().getFirst();
    }
  }

  private FeatureCache cache(long maxBytes, long second) {
    return new FeatureCache(
        directory,
        maxBytes,
        Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC));
  }
}
