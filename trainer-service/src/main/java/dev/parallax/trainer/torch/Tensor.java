package dev.parallax.trainer.torch;

import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
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

  /** Elements {@code from} to {@code to - 1} in row-major order; only outside of autograd. */
  public float[] toFloats(long from, long to) {
    try (Tensor flat = reshape(-1);
        Tensor part = flat.slice(0, from, to)) {
      return part.toFloats();
    }
  }

  /**
   * Overwrites elements {@code from}, {@code from + 1}, ... in row-major order by those of {@code
   * values}, {@code [n]}; only outside of autograd, and of tensors whose memory has that order.
   */
  void overwrite(long from, Tensor values) {
    try (Tensor flat = reshape(-1)) {
      long[] end = {from + values.size(0)};
      JniUtils.indexSet(flat.array, values.array, new long[] {from}, end, new long[] {1});
    }
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

  /**
   * A number that autograd may need after it is closed, so that it has to lie in the engine's own
   * memory: what is made of a Java buffer dies with the buffer.
   */
  private PtNDArray scalar(double value) {
    return JniUtils.full(
        array.getManager(),
        new Shape(),
        (float) value,
        DataType.FLOAT32,
        array.getDevice(),
        SparseFormat.DENSE);
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

  /** {@code log(1 + exp(x))}, which overflows for no x. */
  public Tensor softplus() {
    return new Tensor(JniUtils.softPlus(array));
  }

  /** 1 where an element is above {@code threshold}, else 0; no gradient flows through it. */
  public Tensor above(double threshold) {
    try (PtNDArray scalar = scalar(threshold);
        PtNDArray mask = JniUtils.gt(array, scalar)) {
      return new Tensor(mask.toType(DataType.FLOAT32, false));
    }
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

  /**
   * Log of the sum of the exponentials over a dimension, which stays with size 1. The maximum is
   * taken out first, so that nothing overflows.
   */
  public Tensor logSumExp(int dimension) {
    try (Tensor max = max(dimension);
        Tensor constant = max.detach();
        Tensor shifted = sub(constant);
        Tensor exponentials = shifted.exp();
        Tensor sum = exponentials.sum(true, dimension);
        Tensor log = sum.log()) {
      return log.add(constant);
    }
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
    // The engine attaches the result to the indexes' scope, which is the step's.
    return new Tensor(JniUtils.embedding(indexes.array, array, false));
  }

  /**
   * Images of a batch by their indexes.
   *
   * @param indexes int64 {@code [m]}
   * @return {@code [m, c, h, w]} of this {@code [n, c, h, w]}, with channels-last strides
   */
  public Tensor imageRows(Tensor indexes) {
    try (Tensor last = transpose(0, 2, 3, 1);
        Tensor flat = last.reshape(size(0), size(1) * size(2) * size(3));
        Tensor chosen = flat.rows(indexes);
        Tensor images = chosen.reshape(indexes.size(0), size(2), size(3), size(1))) {
      return images.transpose(0, 3, 1, 2);
    }
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

  /** Elements {@code [i, i, ...]} of {@code [n, n, ...]}, as {@code [..., n]}, sharing memory. */
  public Tensor diagonal() {
    return new Tensor(JniUtils.diagonal(array, 0, 0, 1));
  }

  /** {@code [n, n]} with ones on the diagonal and zeros elsewhere, in the scope of this. */
  public Tensor identity(int n) {
    return new Tensor(
        JniUtils.eye(
            array.getManager(), n, n, DataType.FLOAT32, array.getDevice(), SparseFormat.DENSE));
  }

  /**
   * Overwrites rows {@code from, from + 1, ...} of this {@code [n, d]} by those of {@code rows};
   * only outside of autograd. Returns this.
   */
  public Tensor setRows(long from, Tensor rows) {
    long[] first = {from, 0};
    long[] end = {from + rows.size(0), size(1)};
    JniUtils.indexSet(array, rows.array, first, end, new long[] {1, 1});
    return this;
  }

  /**
   * Overwrites the rows of this {@code [n, d]} that {@code indexes}, int64 {@code [m]}, names by
   * those of {@code rows}, {@code [m, d]}; only outside of autograd. Returns this.
   */
  public Tensor setRows(Tensor indexes, Tensor rows) {
    JniUtils.indexAdvPut(array, new NDIndex().addIndices("{}", indexes.array), rows.array);
    return this;
  }

  /** Tensors behind each other along a dimension. */
  public static Tensor concat(int dimension, List<Tensor> tensors) {
    PtNDArray[] arrays = tensors.stream().map(Tensor::array).toArray(PtNDArray[]::new);
    return new Tensor(JniUtils.cat(arrays, dimension));
  }

  /** Tensors of one shape behind each other along a new dimension. */
  public static Tensor stack(int dimension, List<Tensor> tensors) {
    PtNDArray[] arrays = tensors.stream().map(Tensor::array).toArray(PtNDArray[]::new);
    return new Tensor(JniUtils.stack(arrays, dimension));
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
    return conv2d(weight, bias, stride, padding, padding);
  }

  /** The same with {@code rows} of zeros above and below, and {@code columns} on either side. */
  public Tensor conv2d(Tensor weight, Tensor bias, int stride, int rows, int columns) {
    if (weight.size(2) == 1 && weight.size(3) == 1 && rows == 0 && columns == 0) {
      return pointwise(weight, bias, stride);
    }
    return new Tensor(
        JniUtils.convolution(
            array,
            weight.array,
            bias == null ? null : bias.array,
            new Shape(stride, stride),
            new Shape(rows, columns),
            new Shape(1, 1),
            1));
  }

  /**
   * A 1x1 convolution as a product of matrices, which channels-last strides are already: the
   * engine's own (oneDNN of libtorch 2.7.1, AVX-512) gives wrong values where few places meet many
   * channels, and its gradients write out of bounds where channels are no multiple of 16.
   */
  private Tensor pointwise(Tensor weight, Tensor bias, int stride) {
    if (stride > 1) {
      // every stride-th place, in one pass forth and one back
      try (Tensor fewer = avgPool(1, stride)) {
        return fewer.pointwise(weight, bias, 1);
      }
    }
    try (Tensor last = transpose(0, 2, 3, 1);
        Tensor places = last.reshape(size(0) * size(2) * size(3), size(1));
        Tensor matrix = weight.reshape(weight.size(0), weight.size(1));
        Tensor products = places.linear(matrix, bias);
        Tensor images = products.reshape(size(0), size(2), size(3), weight.size(0))) {
      return images.transpose(0, 3, 1, 2);
    }
  }

  /** Zeros around {@code [n, c, h, w]}. */
  public Tensor padSpace(int top, int bottom, int left, int right) {
    return new Tensor(JniUtils.pad(array, new long[] {left, right, top, bottom}, 0));
  }

  /** Channels of zeros behind those of {@code [n, c, h, w]}. */
  public Tensor padChannels(int channels) {
    return new Tensor(JniUtils.pad(array, new long[] {0, 0, 0, 0, 0, channels}, 0));
  }

  /** The last index of a dimension once more. */
  public Tensor repeatLast(int dimension) {
    try (Tensor last = slice(dimension, size(dimension) - 1, size(dimension))) {
      return concat(dimension, List.of(this, last));
    }
  }

  /** A dimension mirrored at both ends, without the ends' own values. */
  public Tensor padReflected(int dimension, int size) {
    long last = size(dimension) - 1;
    List<Tensor> parts = new ArrayList<>();
    for (long i = size; i > 0; i--) {
      parts.add(slice(dimension, i, i + 1));
    }
    parts.add(this);
    for (long i = last - 1; i >= last - size; i--) {
      parts.add(slice(dimension, i, i + 1));
    }
    Tensor padded = concat(dimension, parts);
    parts.stream().filter(part -> part != this).forEach(Tensor::close);
    return padded;
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

  /**
   * Normalisation over channels and space of each image of {@code [n, c, h, w]}, then a factor and
   * a summand for each channel.
   *
   * @param weight {@code [c]}
   * @param bias {@code [c]}
   */
  public Tensor layerNorm(Tensor weight, Tensor bias, double epsilon) {
    Shape place = new Shape(size(2), size(3), size(1));
    // The engine takes factors of a whole image, and is fastest where channels lie together.
    try (Tensor channelsLast = transpose(0, 2, 3, 1);
        Tensor ones = new Tensor((PtNDArray) array.getManager().ones(place));
        Tensor zeros = new Tensor((PtNDArray) array.getManager().zeros(place));
        Tensor factors = ones.mul(weight);
        Tensor summands = zeros.add(bias);
        Tensor normalized =
            new Tensor(
                JniUtils.layerNorm(
                    channelsLast.array, place, factors.array, summands.array, epsilon))) {
      return normalized.transpose(0, 3, 1, 2);
    }
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

  /** Mean over square windows that lie within {@code [n, c, h, w]}. */
  public Tensor avgPool(int kernel, int stride) {
    return new Tensor(
        JniUtils.avgPool(
            array,
            new Shape(kernel, kernel),
            new Shape(stride, stride),
            new Shape(0, 0),
            false,
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
