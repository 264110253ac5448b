package dev.parallax.trainer.torch;

import ai.djl.pytorch.jni.JniUtils;

/** What tests ask of a tensor. */
public final class TensorProbe {
  private TensorProbe() {}

  /** How many tensors are open in the scope of a tensor, itself among them. */
  public static int openBeside(Tensor tensor) {
    return tensor.array().getManager().getManagedArrays().size();
  }

  /** Whether it is a leaf whose gradient is kept. */
  public static boolean isTrained(Tensor tensor) {
    return JniUtils.requiresGrad(tensor.array());
  }
}
