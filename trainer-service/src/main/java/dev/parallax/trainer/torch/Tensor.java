package dev.parallax.trainer.torch;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

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

  /** Times a number. */
  public Tensor mul(double factor) {
    try (PtNDArray scalar = scalar(factor)) {
      return new Tensor(JniUtils.mul(array, scalar));
    }
  }

  /** Plus a number. */
  public Tensor add(double summand) {
    try (PtNDArray scalar = scalar(summand)) {
      return new Tensor(JniUtils.add(array, scalar));
    }
  }

  private PtNDArray scalar(double value) {
    return (PtNDArray) array.getManager().create((float) value);
  }

  public Tensor exp() {
    return new Tensor(JniUtils.exp(array));
  }

  /** Natural logarithm. */
  public Tensor log() {
    return new Tensor(JniUtils.log(array));
  }

  public Tensor tanh() {
    return new Tensor(JniUtils.tanh(array));
  }

  public Tensor sqrt() {
    return new Tensor(JniUtils.sqrt(array));
  }

  /** Values below {@code min} become {@code min}. */
  public Tensor atLeast(double min) {
    return new Tensor(JniUtils.clip(array, min, Float.MAX_VALUE));
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

  /** Sum over the given dimensions, which disappear, or stay with size 1. */
  public Tensor sum(boolean keep, long... dimensions) {
    return new Tensor(JniUtils.sum(array, dimensions, keep));
  }

  /** Maximum over a dimension, which stays with size 1. */
  public Tensor max(int dimension) {
    return new Tensor(JniUtils.max(array, dimension, true));
  }

  /** Mean of all elements, a scalar. */
  public Tensor mean() {
    return new Tensor(JniUtils.mean(array));
  }

  /** Mean over a dimension, which disappears. */
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

  /** Batched matrix product {@code [b, n, k] x [b, k, m]}. */
  public Tensor bmm(Tensor other) {
    return new Tensor(JniUtils.bmm(array, other.array));
  }

  /** Indexes {@code from} to {@code to - 1} of a dimension, sharing memory with this. */
  public Tensor slice(int dimension, long from, long to) {
    return new Tensor(JniUtils.slice(array, dimension, from, to, 1));
  }

  /**
   * Rows of a matrix {@code [n, d]} by their indexes.
   *
   * @param indexes int64 of any shape
   * @return the shape of {@code indexes}, then d
   */
  public Tensor rows(Tensor indexes) {
    return new Tensor(JniUtils.embedding(indexes.array, array, false));
  }

  /**
   * One element of each row.
   *
   * @param indexes int64 {@code [n, 1]}
   * @return {@code [n, 1]} of this {@code [n, m]}
   */
  public Tensor pick(Tensor indexes) {
    return new Tensor(JniUtils.gather(array, indexes.array, 1));
  }

  /** Tensors behind each other along a dimension. */
  public static Tensor concat(int dimension, List<Tensor> tensors) {
    PtNDArray[] arrays = tensors.stream().map(Tensor::array).toArray(PtNDArray[]::new);
    return new Tensor(JniUtils.cat(arrays, dimension));
  }

  /** The same values, through which no gradient flows. */
  public Tensor detach() {
    return new Tensor(JniUtils.detachGradient(array));
  }

  /** Dimensions in a new order. */
  public Tensor transpose(long... order) {
    return new Tensor(JniUtils.permute(array, order));
  }

  public Tensor reshape(long... shape) {
    return new Tensor(JniUtils.reshape(array, shape));
  }

  /** Softmax over a dimension. */
  public Tensor softmax(int dimension) {
    return new Tensor(JniUtils.softmax(array, dimension, array.getDataType()));
  }

  /** Log-softmax over a dimension, computed through log-sum-exp. */
  public Tensor logSoftmax(int dimension) {
    return new Tensor(JniUtils.logSoftmax(array, dimension, array.getDataType()));
  }

  /** Rows of {@code [n, d]} scaled to unit length; a row shorter than 1e-12 is divided by 1e-12. */
  public Tensor normalizeRows() {
    return new Tensor(JniUtils.normalize(array, 2, 1, 1e-12));
  }

  /** 2-D convolution of {@code [n, c, h, w]}; {@code bias} may be null. */
  public Tensor conv2d(Tensor weight, Tensor bias, int stride, int padding) {
    return new Tensor(
        JniUtils.convolution(
            array,
            weight.array,
            bias == null ? null : bias.array,
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
