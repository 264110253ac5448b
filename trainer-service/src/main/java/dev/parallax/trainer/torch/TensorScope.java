package dev.parallax.trainer.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Owns tensors: closing it frees every tensor that was made in it and is still open. */
public final class TensorScope implements AutoCloseable {
  private final PtNDManager manager;

  private TensorScope(PtNDManager manager) {
    this.manager = manager;
  }

  /** A scope that lives until it is closed. */
  public static TensorScope root() {
    return new TensorScope((PtNDManager) Engine.getEngine("PyTorch").newBaseManager());
  }

  /** A scope that is closed with this one at the latest. */
  public TensorScope child() {
    return new TensorScope(manager.newSubManager(manager.getDevice()));
  }

  /** A float32 tensor; {@code values} in row-major order, as many as the shape asks for. */
  public Tensor floats(float[] values, long... shape) {
    return owned(manager.create(FloatBuffer.wrap(values), new Shape(shape), DataType.FLOAT32));
  }

  /** An int64 tensor. */
  public Tensor longs(long[] values, long... shape) {
    return owned(manager.create(LongBuffer.wrap(values), new Shape(shape), DataType.INT64));
  }

  /**
   * Copies what shares the memory of a Java buffer into the engine's own: autograd may need it when
   * the tensor is closed and the buffer collected. Closes {@code shared}.
   */
  private static Tensor owned(PtNDArray shared) {
    try (shared) {
      return new Tensor(JniUtils.clone(shared));
    }
  }

  /** A scalar of float32. */
  public Tensor scalar(double value) {
    return floats(new float[] {(float) value});
  }

  /** A float32 tensor of zeros. */
  public Tensor zeros(long... shape) {
    return new Tensor((PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32));
  }

  /**
   * Uint8 images in rows of interleaved RGB become a float32 tensor {@code [n, 3, side, side]} with
   * values 0 to 255 and channels-last strides, on which CPU convolutions are fastest.
   *
   * @param pixels a direct buffer whose first n * side * side * 3 bytes are read; it can be reused
   *     after the call
   */
  public Tensor images(ByteBuffer pixels, int n, int side) {
    ByteBuffer exact = pixels.duplicate().clear().slice(0, n * side * side * 3);
    try (Tensor bytes =
            new Tensor(manager.create(exact, new Shape(n, side, side, 3), DataType.UINT8));
        Tensor floats = new Tensor(bytes.array().toType(DataType.FLOAT32, false))) {
      return floats.transpose(0, 3, 1, 2);
    }
  }

  /** How many tensors of this scope are open. */
  public int open() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
