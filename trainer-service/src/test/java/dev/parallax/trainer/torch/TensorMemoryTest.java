package dev.parallax.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What autograd needs lies in the engine's memory, not in that of the Java collector. */
class TensorMemoryTest {
  private static final int OPERATIONS = 200;

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void numbersAreThereInTheBackwardPass() throws InterruptedException {
    try (TensorScope scope = TensorScope.root()) {
      Tensor leaf = leaf(scope);
      Tensor product = leaf;
      for (int i = 0; i < OPERATIONS; i++) {
        product = product.mul(1);
      }
      Tensor loss = product.sum();
      collect();
      overwrite(scope);
      Autograd.backward(loss);
      assertThat(Autograd.gradient(leaf).toFloats()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void closedTensorsOfJavaValuesAreThereInTheBackwardPass() throws InterruptedException {
    try (TensorScope scope = TensorScope.root()) {
      Tensor leaf = leaf(scope);
      Tensor product = leaf;
      for (int i = 0; i < OPERATIONS; i++) {
        try (Tensor ones = scope.floats(new float[] {1, 1, 1}, 3)) {
          product = product.mul(ones);
        }
      }
      Tensor loss = product.sum();
      collect();
      overwrite(scope);
      Autograd.backward(loss);
      assertThat(Autograd.gradient(leaf).toFloats()).containsExactly(1, 1, 1);
    }
  }

  private static Tensor leaf(TensorScope scope) {
    Tensor leaf = scope.floats(new float[] {1, 2, 3}, 3);
    Autograd.require(leaf);
    return leaf;
  }

  /** Returns when the collector has found what nothing refers to. */
  private static void collect() throws InterruptedException {
    var queue = new ReferenceQueue<Object>();
    for (int i = 0; i < 3; i++) {
      var garbage = new WeakReference<>(new Object(), queue);
      System.gc();
      queue.remove(10_000);
      assertThat(garbage.get()).isNull();
    }
  }

  /** Other values where freed memory was. */
  private static void overwrite(TensorScope scope) {
    for (int i = 0; i < 10 * OPERATIONS; i++) {
      scope.floats(new float[] {7, 7, 7}, 3);
    }
  }
}
