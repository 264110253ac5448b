package dev.parallax.embedding.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.fixtures.Bench;
import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.images.DecodeLimits;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VectorCacheTest {
  private static final TinyModel TINY = new TinyModel(8, 5, 1);
  private static final TinyModel OTHER = new TinyModel(8, 5, 2);
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  @TempDir Path root;
  private final ManualExecutor compute = new ManualExecutor();
  private Bench bench;

  private void open(long maxBytes) {
    bench =
        new Bench(
            root,
            new BatchSettings(16, 1, 64),
            compute,
            Runnable::run,
            1,
            DecodeLimits.defaults(),
            new VectorCache(maxBytes));
    bench.repository.publish("m", TINY);
    bench.catalog.refresh().join();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void anImageSeenBefore_hasTheSameVectors_withoutABatch() {
    open(1 << 20);
    float[] first = embed(1, "", false);
    assertThat(bench.monitor.batches).containsExactly(1);
    assertThat(embed(1, "", false)).isEqualTo(first);
    assertThat(bench.monitor.batches).containsExactly(1);
    assertThat(bench.cache.hits()).isEqualTo(1);
    assertThat(bench.cache.misses()).isEqualTo(1);
    assertThat(bench.batcher.admitted()).isZero();
  }

  @Test
  void whatIsKept_isTheVectorOfTheModel_howeverItWasAskedFor() {
    open(1 << 20);
    float[] unit = embed(1, "", true);
    float[] raw = embed(1, "", false);
    assertThat(embed(1, "", true)).isEqualTo(unit);
    assertThat(embed(1, "", false)).isEqualTo(raw);
    assertThat(bench.cache.hits()).isEqualTo(3);
    assertThat(squares(unit)).isCloseTo(1, Offset.offset(1e-6));
    assertThat(raw).containsExactly(expected(TINY, 1), CLOSE);
  }

  @Test
  void anotherOutput_anotherImage_andAnotherKind_areComputed() {
    open(1 << 20);
    embed(1, "", false);
    embed(1, "projection", false);
    embed(2, "", false);
    byte[] pixels = TestImages.pixels(8, 1);
    embed(new ImageInput.Pixels(4, 16, ByteString.copyFrom(pixels)), "", false);
    embed(new ImageInput.Prepared(ByteString.copyFrom(pixels)), "", false);
    assertThat(bench.cache.hits()).isZero();
    assertThat(bench.monitor.batches).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void theBytes_areBounded_andWhatIsAskedForOftenStays() {
    int max = 10_000;
    open(max);
    embed(0, "", false);
    for (int i = 1; i <= 500; i++) {
      embed(0, "", false);
      embed(i, "", false);
      assertThat(bench.cache.bytes()).isLessThanOrEqualTo(max);
    }
    assertThat(bench.cache.bytes()).isGreaterThan(max / 2);
    assertThat(bench.cache.hits()).isEqualTo(500);
    assertThat(bench.monitor.batches).hasSize(501);
  }

  @Test
  void aNewVersion_doesNotAnswerWithVectorsOfTheOldOne() {
    open(1 << 20);
    assertThat(embed(1, "", false)).containsExactly(expected(TINY, 1), CLOSE);
    bench.repository.publish("m", OTHER);
    bench.catalog.refresh().join();
    assertThat(embed(1, "", false)).containsExactly(expected(OTHER, 1), CLOSE);
    assertThat(embed(1, "", false)).containsExactly(expected(OTHER, 1), CLOSE);
    assertThat(bench.cache.hits()).isEqualTo(1);
  }

  @Test
  void aClosedVersion_leavesNothing() {
    open(1 << 20);
    embed(1, "", false);
    assertThat(bench.cache.bytes()).isPositive();
    bench.catalog.unload("m").join().closed().join();
    assertThat(bench.cache.bytes()).isZero();
  }

  @Test
  void withoutBytes_nothingIsKept() {
    open(0);
    embed(1, "", false);
    embed(1, "", false);
    assertThat(bench.monitor.batches).containsExactly(1, 1);
    assertThat(bench.cache.misses()).isZero();
    assertThat(bench.cache.bytes()).isZero();
  }

  private float[] embed(long seed, String output, boolean l2Normalize) {
    return embed(
        new ImageInput.Pixels(8, 8, ByteString.copyFrom(TestImages.pixels(8, seed))),
        output,
        l2Normalize);
  }

  private float[] embed(ImageInput image, String output, boolean l2Normalize) {
    var answer =
        bench.embedder.embed(
            new EmbedCall("m", 0, List.of(image), output, l2Normalize),
            CallLife.unbounded(),
            WhenFull.REFUSE);
    compute.runAll();
    EmbedAnswer.Outcome outcome = answer.join().outcomes().getFirst();
    float[] vector = new float[TINY.size()];
    ((Embedded) outcome).vector().get(vector);
    return vector;
  }

  private static float[] expected(TinyModel model, long seed) {
    try (Reference reference = new Reference(model)) {
      return reference.embed(TestImages.pixels(8, seed));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static double squares(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return squares;
  }
}
