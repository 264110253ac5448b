package dev.parallax.trainer.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.loss.InfoNceLoss;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Similarity;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FeatureQueueTest {
  private static final int D = 3;

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void startsWithRandomDirectionsOfItsSeed() {
    try (FeatureQueue queue = new FeatureQueue(50, 8, 4);
        FeatureQueue same = new FeatureQueue(50, 8, 4);
        FeatureQueue other = new FeatureQueue(50, 8, 5)) {
      float[] values = queue.features().toFloats();
      for (int row = 0; row < 50; row++) {
        double squares = 0;
        for (int i = 0; i < 8; i++) {
          squares += values[row * 8 + i] * (double) values[row * 8 + i];
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
      }
      assertThat(values).isEqualTo(same.features().toFloats());
      assertThat(values).isNotEqualTo(other.features().toFloats());
    }
  }

  @Test
  void oldestVectorsLeaveFirst_andTheEndIsFollowedByTheStart() {
    try (FeatureQueue queue = new FeatureQueue(5, D, 1)) {
      enqueue(queue, 1, 2);
      assertThat(firstOfRows(queue)).startsWith(1, 2);
      assertThat(queue.full()).isFalse();
      enqueue(queue, 3, 4);
      enqueue(queue, 5, 6);
      assertThat(firstOfRows(queue)).containsExactly(6, 2, 3, 4, 5);
      assertThat(queue.full()).isTrue();
      enqueue(queue, 7, 8);
      assertThat(firstOfRows(queue)).containsExactly(6, 7, 8, 4, 5);
    }
  }

  @Test
  void batchOfTheQueuesSizeReplacesItWhole() {
    try (FeatureQueue queue = new FeatureQueue(3, D, 1)) {
      enqueue(queue, 9, 9);
      enqueue(queue, 1, 2, 3);
      assertThat(firstOfRows(queue)).containsExactly(2, 3, 1);
      assertThat(queue.full()).isTrue();
    }
  }

  @Test
  void longerBatchIsRefused() {
    try (FeatureQueue queue = new FeatureQueue(2, D, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> enqueue(queue, 1, 2, 3))
          .withMessage("3 keys for a queue of 2");
    }
  }

  @Test
  void restoredStateGoesOnWhereItWas() {
    try (FeatureQueue queue = new FeatureQueue(4, D, 1);
        FeatureQueue restored = new FeatureQueue(4, D, 2)) {
      enqueue(queue, 1, 2, 3);
      for (String name : queue.state().names()) {
        restored.state().set(name, queue.state().get(name).toFloats());
      }
      enqueue(queue, 4, 5);
      enqueue(restored, 4, 5);
      assertThat(restored.features().toFloats()).isEqualTo(queue.features().toFloats());
      assertThat(restored.full()).isTrue();
      assertThat(queue.state().names()).containsExactly("queue.features", "queue.position");
    }
  }

  @Test
  void queryNeverMeetsTheKeyOfItsOwnImage() {
    var dot = SimilarityFunction.of(Similarity.SIMILARITY_DOT, 0);
    try (FeatureQueue queue = new FeatureQueue(4, D, 1)) {
      for (int step = 0; step < 3; step++) {
        try (TensorScope scope = TensorScope.root()) {
          // Image 10 * step + i has a key of its own, and its query is the same vector.
          Tensor keys = rows(scope, 10 * step + 1, 10 * step + 2);
          Tensor queries = rows(scope, 10 * step + 1, 10 * step + 2);
          Autograd.require(queries);
          assertThat(firstOfRows(queue)).doesNotContain(10 * step + 1, 10 * step + 2);
          Tensor loss =
              InfoNceLoss.of(
                  dot.pairs(queries, keys),
                  dot.matrix(queries, queue.features()),
                  scope.scalar(100));
          Autograd.backward(loss);
          queue.enqueue(keys);
        }
      }
      assertThat(firstOfRows(queue)).containsExactly(21, 22, 11, 12);
    }
  }

  @Test
  void memoryStaysFlat() {
    try (FeatureQueue queue = new FeatureQueue(64, D, 1);
        TensorScope scope = TensorScope.root()) {
      Tensor keys = rows(scope, 1, 2, 3, 4, 5);
      queue.enqueue(keys);
      int ofQueue = TensorProbe.openBeside(queue.features());
      int ofKeys = TensorProbe.openBeside(keys);
      for (int step = 0; step < 300; step++) {
        queue.enqueue(keys);
      }
      assertThat(TensorProbe.openBeside(queue.features())).isEqualTo(ofQueue);
      assertThat(TensorProbe.openBeside(keys)).isEqualTo(ofKeys);
    }
  }

  private static void enqueue(FeatureQueue queue, float... rows) {
    try (TensorScope scope = TensorScope.root()) {
      queue.enqueue(rows(scope, rows));
    }
  }

  /** Rows of one number each. */
  private static Tensor rows(TensorScope scope, float... numbers) {
    float[] values = new float[numbers.length * D];
    for (int row = 0; row < numbers.length; row++) {
      Arrays.fill(values, row * D, (row + 1) * D, numbers[row]);
    }
    return scope.floats(values, numbers.length, D);
  }

  private static float[] firstOfRows(FeatureQueue queue) {
    float[] values = queue.features().toFloats();
    float[] first = new float[values.length / D];
    for (int row = 0; row < first.length; row++) {
      first[row] = values[row * D];
    }
    return first;
  }
}
