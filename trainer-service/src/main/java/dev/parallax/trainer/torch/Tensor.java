package dev.parallax.trainer.torch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * A float32 tensor (int64 for indexes). The result of an operation belongs to the scope of the
 * tensor that the operation is called on; closing a tensor early is safe for autograd, which keeps
 * what it needs.
 */
public final class Tensor implements AutoCloseable {
  private final PtNDArray array;

  Tensor(PtNDArray array) {
    this.array = array;
  }

  PtNDArray array() {
    return array;
  }

  public long[] shape() {
    return array.getShape().getShape();
  }

  /** Size of one dimension. */
  public long size(int dimension) {
    return array.getShape().get(dimension);
  }

  /** The values in row-major order. */
  public float[] toFloats() {
    return array.toFloatArray();
  }

  /** The value of a tensor of one element. */
  public float item() {
    return array.getFloat();
  }

  public Tensor add(Tensor other) {
    return new Tensor(JniUtils.add(array, other.array));
  }

  public Tensor sub(Tensor other) {
    return new Tensor(JniUtils.sub(array, other.array));
  }

  public Tensor mul(Tensor other) {
    return new Tensor(JniUtils.mul(array, other.array));
  }

  public Tensor div(Tensor other) {
    return new Tensor(JniUtils.div(array, other.array));
  }

  public Tensor square() {
    return new Tensor(JniUtils.square(array));
  }

  public Tensor neg() {
    return new Tensor(JniUtils.neg(array));
  }

  public Tensor relu() {
    return new Tensor(JniUtils.relu(array));
  }

  /**
   * In place. Within autograd only where no gradient needs the old value, which the engine checks.
   *
   * @return this
   */
  public Tensor addInPlace(Tensor other) {
    JniUtils.addi(array, other.array);
    return this;
  }

  /** In place; only outside of autograd. Returns this. */
  public Tensor subInPlace(Tensor other) {
    JniUtils.subi(array, other.array);
    return this;
  }

  /** In place; only outside of autograd. Returns this. */
  public Tensor mulInPlace(Tensor other) {
    JniUtils.muli(array, other.array);
    return this;
  }

  /** Sum of all elements, a scalar. */
  public Tensor sum() {
    return new Tensor(JniUtils.sum(array));
  }

  /** Mean over the given dimensions, which disappear. */
  public Tensor mean(int dimension) {
    return new Tensor(JniUtils.mean(array, dimension, false));
  }

  /** Euclidean norm of all elements; not differentiable where it is 0. */
  public double norm() {
    try (Tensor squares = square();
        Tensor sum = squares.sum()) {
      return Math.sqrt(sum.item());
    }
  }

  /** Matrix product {@code [n, k] x [k, m]}. */
  public Tensor matmul(Tensor other) {
    return new Tensor(JniUtils.matmul(array, other.array));
  }

  /** Dimensions in a new order. */
  public Tensor transpose(long... order) {
    return new Tensor(JniUtils.permute(array, order));
  }

  public Tensor reshape(long... shape) {
    return new Tensor(JniUtils.reshape(array, shape));
  }

  /** Log-softmax over a dimension, computed through log-sum-exp. */
  public Tensor logSoftmax(int dimension) {
    return new Tensor(JniUtils.logSoftmax(array, dimension, array.getDataType()));
  }

  /** Rows of {@code [n, d]} scaled to unit length; a row shorter than 1e-12 is divided by 1e-12. */
  public Tensor normalizeRows() {
    return new Tensor(JniUtils.normalize(array, 2, 1, 1e-12));
  }

  /** 2-D convolution of {@code [n, c, h, w]} without bias. */
  public Tensor conv2d(Tensor weight, int stride, int padding) {
    return new Tensor(
        JniUtils.convolution(
            array,
            weight.array,
            null,
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            1));
  }

  /**
   * Batch normalisation over every dimension but the second (Ioffe and Szegedy 2015). In training
   * the batch's statistics are used and the running ones move by {@code momentum} towards them.
   */
  public Tensor batchNorm(
      Tensor runningMean,
      Tensor runningVariance,
      Tensor weight,
      Tensor bias,
      boolean training,
      double momentum,
      double epsilon) {
    return new Tensor(
        JniUtils.batchNorm(
            array,
            runningMean.array,
            runningVariance.array,
            weight.array,
            bias.array,
            training,
            momentum,
            epsilon));
  }

  /** Affine map {@code [n, in] -> [n, out]}; {@code bias} may be null. */
  public Tensor linear(Tensor weight, Tensor bias) {
    return new Tensor(JniUtils.linear(array, weight.array, bias == null ? null : bias.array));
  }

  /** Maximum over square windows. */
  public Tensor maxPool(int kernel, int stride, int padding) {
    return new Tensor(
        JniUtils.maxPool(
            array,
            new Shape(kernel, kernel),
            new Shape(stride, stride),
            new Shape(padding, padding),
            false));
  }

  /** Mean over height and width: {@code [n, c, h, w] -> [n, c]}. */
  public Tensor globalAvgPool() {
    try (Tensor pooled = new Tensor(JniUtils.adaptiveAvgPool(array, new Shape(1, 1)))) {
      return pooled.reshape(size(0), size(1));
    }
  }

  @Override
  public void close() {
    array.close();
  }
}
