package dev.parallax.trainer.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;
import java.util.function.Supplier;

/** Gradients. The mode belongs to a thread and starts switched on. */
public final class Autograd {
  private Autograd() {}

  /** Makes a tensor a leaf whose gradient is kept. */
  public static void require(Tensor parameter) {
    JniUtils.attachGradient(parameter.array(), true);
  }

  /**
   * Adds d loss / d parameter to the gradient of every parameter that the scalar {@code loss}
   * depends on.
   */
  public static void backward(Tensor loss) {
    try (PtNDArray one = (PtNDArray) loss.array().onesLike()) {
      JniUtils.backward(loss.array(), one, false, false);
    }
  }

  /**
   * The gradient of a parameter; the caller closes it. Changing it in place changes the gradient.
   *
   * @throws IllegalStateException when no loss has reached the parameter yet
   */
  public static Tensor gradient(Tensor parameter) {
    return findGradient(parameter)
        .orElseThrow(() -> new IllegalStateException("the parameter has no gradient"));
  }

  /** As {@link #gradient}; empty when no loss has reached the parameter yet. */
  public static Optional<Tensor> findGradient(Tensor parameter) {
    return Optional.ofNullable(JniUtils.getGradient(parameter.array())).map(Tensor::new);
  }

  /** Fills the gradient with zeros, if there is one. */
  public static void zeroGradient(Tensor parameter) {
    JniUtils.zeroGrad(parameter.array());
  }

  /** Runs without recording anything for {@link #backward}. */
  public static <T> T without(Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
