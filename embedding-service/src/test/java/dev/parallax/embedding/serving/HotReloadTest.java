package dev.parallax.embedding.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.platform.repository.StoredModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HotReloadTest {
  private static final int SIDE = 8;
  private static final int SIZE = 4;
  private static final int IMAGES = 20;
  private static final int VERSIONS = 30;
  private static final int CALLERS = 4;

  @TempDir Path root;

  @Test
  void versionsComeAndGoUnderLoad_noCallFails_andNoAnswerMixesThem() throws Exception {
    float[][][] expected = expected();
    List<ImageInput> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      images.add(
          new ImageInput.Pixels(SIDE, SIDE, ByteString.copyFrom(TestImages.pixels(SIDE, i))));
    }
    Set<Long> answered = ConcurrentHashMap.newKeySet();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService compute = Executors.newFixedThreadPool(2);
        ExecutorService decode = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        Bench bench = new Bench(root, new BatchSettings(16, 2, 1024), compute, decode, 2)) {
      StoredModel last = bench.repository.publish("m", model(1));
      List<Future<?>> running = new ArrayList<>();
      for (int c = 0; c < CALLERS; c++) {
        running.add(
            callers.submit(
                () -> {
                  while (!done.get()) {
                    EmbedAnswer answer =
                        bench
                            .embedder
                            .embed(
                                new EmbedCall("m", 0, images, "", false),
                                CallLife.unbounded(),
                                WhenFull.REFUSE)
                            .join();
                    check(answer, expected);
                    answered.add(answer.version());
                  }
                }));
      }
      for (int v = 2; v <= VERSIONS; v++) {
        StoredModel next = bench.repository.publish("m", model(v));
        bench.catalog.refresh().join();
        TestRepository.delete(last.directory());
        bench.catalog.refresh().join();
        last = next;
      }
      done.set(true);
      for (Future<?> caller : running) {
        caller.get();
      }
      EmbedAnswer answer =
          bench
              .embedder
              .embed(
                  new EmbedCall("m", 0, images, "", false), CallLife.unbounded(), WhenFull.REFUSE)
              .join();
      assertThat(answer.version()).isEqualTo(VERSIONS);
      assertThat(bench.batcher.admitted()).isZero();
    }
    assertThat(answered).hasSizeGreaterThan(3);
  }

  private static void check(EmbedAnswer answer, float[][][] expected) {
    for (int i = 0; i < IMAGES; i++) {
      FloatBuffer vector = ((Embedded) answer.outcomes().get(i)).vector();
      float[] right = expected[(int) answer.version()][i];
      for (int j = 0; j < SIZE; j++) {
        if (Math.abs(vector.get(j) - right[j]) > 1e-5f * Math.max(1, Math.abs(right[j]))) {
          throw new AssertionError(
              "version %d image %d: %s instead of %s"
                  .formatted(answer.version(), i, vector.get(j), right[j]));
        }
      }
    }
  }

  private static TinyModel model(int version) {
    return new TinyModel(SIDE, SIZE, version);
  }

  private static float[][][] expected() throws Exception {
    float[][][] expected = new float[VERSIONS + 1][IMAGES][];
    for (int v = 1; v <= VERSIONS; v++) {
      try (Reference reference = new Reference(model(v))) {
        for (int i = 0; i < IMAGES; i++) {
          expected[v][i] = reference.embed(TestImages.pixels(SIDE, i));
        }
      }
    }
    return expected;
  }
}
