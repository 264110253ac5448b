package dev.parallax.embedding.onnx;

/**
 * How large a model may be.
 *
 * @param fileBytes size of model.onnx, 1 or more
 * @param nodes operators of the graph, 1 to 1,000,000
 */
public record OnnxLimits(long fileBytes, int nodes) {
  private static final int MAX_NODES = 1_000_000;

  public OnnxLimits {
    if (fileBytes < 1) {
      throw new IllegalArgumentException("fileBytes is " + fileBytes + "; allowed: 1 or more");
    }
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new IllegalArgumentException("nodes is " + nodes + "; allowed: 1 to " + MAX_NODES);
    }
  }

  /** 4 GiB and 100,000 operators. */
  public static OnnxLimits defaults() {
    return new OnnxLimits(4L << 30, 100_000);
  }
}
