package dev.parallax.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TorchTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void anAllocationThatFailsIsToldFromOtherFailures() {
    try (TensorScope scope = TensorScope.root()) {
      // More than an address space.
      Throwable allocation = catchThrowable(() -> scope.zeros(1L << 46));
      assertThat(Torch.outOfMemory(new IllegalStateException(allocation)))
          .as("%s", allocation)
          .isTrue();
      Throwable shapes = catchThrowable(() -> scope.zeros(2, 3).matmul(scope.zeros(2, 3)));
      assertThat(Torch.outOfMemory(shapes)).as("%s", shapes).isFalse();
    }
  }
}
