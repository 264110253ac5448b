package dev.parallax.trainer.encoder;

import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import java.util.Map;
import java.util.Optional;

/** Runs a tree of layers on tensors. */
public final class Forward {
  private final Parameters parameters;
  private final Mode mode;
  private final Optional<Map<String, Tensor>> taps;

  /** How batch normalisation behaves. */
  public enum Mode {
    /** Statistics of the batch; the running ones move. */
    TRAINING,
    /** Running statistics. */
    EVALUATION
  }

  private Forward(Parameters parameters, Mode mode, Optional<Map<String, Tensor>> taps) {
    this.parameters = parameters;
    this.mode = mode;
    this.taps = taps;
  }

  /**
   * Intermediate results are closed as soon as the next one exists: autograd keeps what it needs,
   * and the peak of memory falls by half. Taps cost nothing, and their heads do not run.
   *
   * @param x stays open; the result may be {@code x} itself when the layer is the identity
   */
  public static Tensor run(Layer layer, Parameters parameters, Tensor x, Mode mode) {
    return new Forward(parameters, mode, Optional.empty()).of(layer, x);
  }

  /**
   * The same, with the feature maps that are passed on the way.
   *
   * @param taps takes the map of every {@link Layer.Tap} by its name; they belong to the scope of
   *     {@code x}, and stay open until that or the caller closes them
   */
  public static Tensor run(
      Layer layer, Parameters parameters, Tensor x, Mode mode, Map<String, Tensor> taps) {
    return new Forward(parameters, mode, Optional.of(taps)).of(layer, x);
  }

  private Tensor of(Layer layer, Tensor x) {
    return switch (layer) {
      case Layer.Normalize n -> {
        Tensor scale = parameters.constant(n.scale(), 1, 3, 1, 1);
        Tensor shift = parameters.constant(n.shift(), 1, 3, 1, 1);
        try (Tensor scaled = x.mul(scale)) {
          yield scaled.add(shift);
        }
      }
      case Layer.Patches p -> PatchLayers.cut(x, p);
      case Layer.PatchMean p -> PatchLayers.mean(x, p);
      case Layer.Conv2d c -> convolution(c, x);
      case Layer.Linear l ->
          x.linear(
              parameters.get(l.name() + ".weight"),
              l.bias() ? parameters.get(l.name() + ".bias") : null);
      case Layer.BatchNorm b ->
          batchNorm(
              b.name(),
              parameters.get(b.name() + ".weight"),
              parameters.get(b.name() + ".bias"),
              x);
      case Layer.FixedBatchNorm b ->
          batchNorm(
              b.name(),
              parameters.constant(b.factors(), b.channels()),
              parameters.constant(b.summands(), b.channels()),
              x);
      case Layer.LayerNorm n ->
          x.layerNorm(
              parameters.get(n.name() + ".weight"),
              parameters.get(n.name() + ".bias"),
              Layer.LayerNorm.EPSILON);
      case Layer.Relu r -> x.relu();
      case Layer.MaxPool m -> x.maxPool(m.kernel(), m.stride(), m.padding());
      case Layer.AvgPool a -> x.avgPool(a.kernel(), a.stride());
      case Layer.ShortcutPool s -> shortcutPool(s, x);
      case Layer.GlobalAvgPool g -> x.globalAvgPool();
      case Layer.ReflectPad p -> {
        try (Tensor rows = x.padReflected(2, p.size())) {
          yield rows.padReflected(3, p.size());
        }
      }
      case Layer.ChannelPad p -> x.padChannels(p.channels());
      case Layer.Sequential s -> {
        Tensor current = x;
        for (Layer next : s.layers()) {
          Tensor result = of(next, current);
          closeUnless(current, x, result);
          current = result;
        }
        yield current;
      }
      case Layer.Residual r -> {
        Tensor body = of(r.body(), x);
        Tensor shortcut = of(r.shortcut(), x);
        // In place, as the gradient of the body's last layer does not need its output.
        body.addInPlace(shortcut);
        closeUnless(shortcut, x, body);
        yield body;
      }
      case Layer.SelectiveKernel s -> selectiveKernel(s, x);
      case Layer.Tap t -> {
        taps.ifPresent(map -> map.put(t.name(), tapped(t, x)));
        yield x;
      }
    };
  }

  private Tensor convolution(Layer.Conv2d c, Tensor x) {
    Tensor weight = parameters.get(c.name() + ".weight");
    Tensor bias = c.bias() ? parameters.get(c.name() + ".bias") : null;
    Layer.Conv2d.Padding p = c.padding();
    if (p.symmetric()) {
      return x.conv2d(weight, bias, c.stride(), p.top(), p.left());
    }
    try (Tensor padded = x.padSpace(p.top(), p.bottom(), p.left(), p.right())) {
      return padded.conv2d(weight, bias, c.stride(), 0);
    }
  }

  private Tensor batchNorm(String name, Tensor weight, Tensor bias, Tensor x) {
    return x.batchNorm(
        parameters.get(name + ".running_mean"),
        parameters.get(name + ".running_var"),
        weight,
        bias,
        mode == Mode.TRAINING,
        Layer.BatchNorm.MOMENTUM,
        Layer.BatchNorm.EPSILON);
  }

  private static Tensor shortcutPool(Layer.ShortcutPool pool, Tensor x) {
    int kernel = Layer.ShortcutPool.KERNEL;
    long height = x.size(2);
    long width = x.size(3);
    if (pool.stride() == 1) {
      // A repeated end has the mean of the smaller window.
      try (Tensor rows = x.repeatLast(2);
          Tensor both = rows.repeatLast(3)) {
        return both.avgPool(kernel, 1);
      }
    }
    if (height % 2 == 0 && width % 2 == 0) {
      return x.avgPool(kernel, 2);
    }
    try (Tensor even = x.padSpace(0, (int) (height % 2), 0, (int) (width % 2))) {
      return even.avgPool(kernel, 2);
    }
  }

  private Tensor selectiveKernel(Layer.SelectiveKernel s, Tensor x) {
    int channels = s.channels();
    try (Tensor streams = of(s.streams(), x);
        Tensor means = streams.globalAvgPool();
        Tensor sum = halves(means, channels);
        Tensor pooled = sum.reshape(x.size(0), channels, 1, 1);
        Tensor logits = of(s.attention(), pooled);
        Tensor byStream = logits.reshape(x.size(0), 2, channels);
        Tensor softmax = byStream.softmax(1);
        Tensor weights = softmax.reshape(x.size(0), 2L * channels, 1, 1);
        Tensor weighted = streams.mul(weights)) {
      return halves(weighted, channels);
    }
  }

  /** The sum of the first {@code channels} channels and the others. */
  private static Tensor halves(Tensor x, int channels) {
    try (Tensor first = x.slice(1, 0, channels);
        Tensor second = x.slice(1, channels, 2L * channels)) {
      return first.add(second);
    }
  }

  /** A tensor of its own, which outlives the closing of what runs through the layers. */
  private Tensor tapped(Layer.Tap tap, Tensor x) {
    Tensor map = of(tap.head(), x);
    return map == x ? x.reshape(x.shape()) : map;
  }

  private static void closeUnless(Tensor tensor, Tensor input, Tensor result) {
    if (tensor != input && tensor != result) {
      tensor.close();
    }
  }
}
