package dev.parallax.trainer.encoder;

import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;

/** Runs a tree of layers on tensors. */
public final class Forward {
  private Forward() {}

  /** How batch normalisation behaves. */
  public enum Mode {
    /** Statistics of the batch; the running ones move. */
    TRAINING,
    /** Running statistics. */
    EVALUATION
  }

  /**
   * Intermediate results are closed as soon as the next one exists: autograd keeps what it needs,
   * and the peak of memory falls by half.
   *
   * @param x stays open; the result may be {@code x} itself when the layer is the identity
   */
  public static Tensor run(Layer layer, Parameters parameters, Tensor x, Mode mode) {
    return switch (layer) {
      case Layer.Normalize n -> {
        Tensor scale = parameters.constant(n.scale(), 1, 3, 1, 1);
        Tensor shift = parameters.constant(n.shift(), 1, 3, 1, 1);
        try (Tensor scaled = x.mul(scale)) {
          yield scaled.add(shift);
        }
      }
      case Layer.Conv2d c ->
          x.conv2d(parameters.get(c.name() + ".weight"), null, c.stride(), c.padding());
      case Layer.Linear l ->
          x.linear(
              parameters.get(l.name() + ".weight"),
              l.bias() ? parameters.get(l.name() + ".bias") : null);
      case Layer.BatchNorm b ->
          x.batchNorm(
              parameters.get(b.name() + ".running_mean"),
              parameters.get(b.name() + ".running_var"),
              parameters.get(b.name() + ".weight"),
              parameters.get(b.name() + ".bias"),
              mode == Mode.TRAINING,
              Layer.BatchNorm.MOMENTUM,
              Layer.BatchNorm.EPSILON);
      case Layer.Relu r -> x.relu();
      case Layer.MaxPool m -> x.maxPool(m.kernel(), m.stride(), m.padding());
      case Layer.GlobalAvgPool g -> x.globalAvgPool();
      case Layer.Sequential s -> {
        Tensor current = x;
        for (Layer next : s.layers()) {
          Tensor result = run(next, parameters, current, mode);
          closeUnless(current, x, result);
          current = result;
        }
        yield current;
      }
      case Layer.Residual r -> {
        Tensor body = run(r.body(), parameters, x, mode);
        Tensor shortcut = run(r.shortcut(), parameters, x, mode);
        // In place, as a body ends in a batch norm, whose gradient does not need its output.
        body.addInPlace(shortcut);
        closeUnless(shortcut, x, body);
        yield body;
      }
    };
  }

  private static void closeUnless(Tensor tensor, Tensor input, Tensor result) {
    if (tensor != input && tensor != result) {
      tensor.close();
    }
  }
}
