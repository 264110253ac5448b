package dev.parallax.trainer.export;

import dev.parallax.onnx.AttributeProto;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Writes a tree of layers, in evaluation mode, as nodes of a graph. */
final class OnnxLayers {
  private final Parameters parameters;
  private final OnnxGraph graph;
  private final int imageSize;

  /**
   * @param imageSize side of the images that the graph takes, pixels
   */
  OnnxLayers(Parameters parameters, OnnxGraph graph, int imageSize) {
    this.parameters = parameters;
    this.graph = graph;
    this.imageSize = imageSize;
  }

  /** Adds a layer's nodes and gives the name of its output. */
  String write(Layer layer, String x) {
    return switch (layer) {
      case Layer.Normalize n ->
          graph.node(
              "Add",
              List.of(
                  graph.node("Mul", List.of(x, graph.floats("input.scale", n.scale(), 1, 3, 1, 1))),
                  graph.floats("input.shift", n.shift(), 1, 3, 1, 1)));
      case Layer.Patches p -> patches(p, x);
      case Layer.PatchMean p ->
          graph.node(
              "ReduceMean",
              List.of(reshape(x, -1, p.places(), p.features())),
              OnnxGraph.integers("axes", 1),
              OnnxGraph.integer("keepdims", 0));
      case Layer.Conv2d c -> convolution(c, x);
      case Layer.Linear l -> {
        var transposed = OnnxGraph.integer("transB", 1);
        String weight = parameter(l.name() + ".weight");
        yield l.bias()
            ? graph.node("Gemm", List.of(x, weight, parameter(l.name() + ".bias")), transposed)
            : graph.node("Gemm", List.of(x, weight), transposed);
      }
      case Layer.BatchNorm b ->
          batchNorm(b.name(), parameter(b.name() + ".weight"), parameter(b.name() + ".bias"), x);
      case Layer.FixedBatchNorm b ->
          batchNorm(
              b.name(),
              graph.floats(b.name() + ".factors", b.factors(), b.channels()),
              graph.floats(b.name() + ".summands", b.summands(), b.channels()),
              x);
      case Layer.LayerNorm n -> layerNorm(n, x);
      case Layer.Relu r -> graph.node("Relu", List.of(x));
      case Layer.MaxPool m -> pool("MaxPool", x, m.kernel(), m.stride(), square(m.padding()));
      case Layer.AvgPool a -> pool("AveragePool", x, a.kernel(), a.stride(), square(0));
      case Layer.ShortcutPool s ->
          pool(
              "AveragePool",
              x,
              Layer.ShortcutPool.KERNEL,
              s.stride(),
              OnnxGraph.integers("pads", 0, 0, 1, 1),
              OnnxGraph.integer("count_include_pad", s.stride() == 2 ? 1 : 0));
      case Layer.GlobalAvgPool g ->
          graph.node(
              "Flatten",
              List.of(graph.node("GlobalAveragePool", List.of(x))),
              OnnxGraph.integer("axis", 1));
      case Layer.ReflectPad p ->
          graph.node(
              "Pad",
              List.of(x, graph.longs(0, 0, p.size(), p.size(), 0, 0, p.size(), p.size())),
              OnnxGraph.text("mode", "reflect"));
      case Layer.ChannelPad p ->
          graph.node("Pad", List.of(x, graph.longs(0, 0, 0, 0, 0, p.channels(), 0, 0)));
      case Layer.Sequential s -> {
        String current = x;
        for (Layer next : s.layers()) {
          current = write(next, current);
        }
        yield current;
      }
      case Layer.Residual r ->
          graph.node("Add", List.of(write(r.body(), x), write(r.shortcut(), x)));
      case Layer.SelectiveKernel s -> selectiveKernel(s, x);
      case Layer.Tap t -> x;
    };
  }

  private String convolution(Layer.Conv2d c, String x) {
    String weight = parameter(c.name() + ".weight");
    Layer.Conv2d.Padding p = c.padding();
    return graph.node(
        "Conv",
        c.bias() ? List.of(x, weight, parameter(c.name() + ".bias")) : List.of(x, weight),
        OnnxGraph.integers("kernel_shape", c.kernel().height(), c.kernel().width()),
        OnnxGraph.integers("strides", c.stride(), c.stride()),
        OnnxGraph.integers("pads", p.top(), p.left(), p.bottom(), p.right()));
  }

  private String batchNorm(String name, String weight, String bias, String x) {
    return graph.node(
        "BatchNormalization",
        List.of(
            x, weight, bias, parameter(name + ".running_mean"), parameter(name + ".running_var")),
        OnnxGraph.number("epsilon", Layer.BatchNorm.EPSILON));
  }

  /** An image as one channel of an instance norm: whatever its side, and however many there are. */
  private String layerNorm(Layer.LayerNorm n, String x) {
    String normalized =
        graph.node(
            "InstanceNormalization",
            List.of(
                reshape(x, 0, 1, -1),
                graph.floats("layer_norm.one", new float[] {1}, 1),
                graph.floats("layer_norm.zero", new float[] {0}, 1)),
            OnnxGraph.number("epsilon", Layer.LayerNorm.EPSILON));
    String image = graph.node("Reshape", List.of(normalized, graph.node("Shape", List.of(x))));
    return graph.node(
        "Add",
        List.of(
            graph.node("Mul", List.of(image, channels(n.name() + ".weight"))),
            channels(n.name() + ".bias")));
  }

  private String selectiveKernel(Layer.SelectiveKernel s, String x) {
    int channels = s.channels();
    String streams = write(s.streams(), x);
    String logits =
        write(s.attention(), halves(graph.node("GlobalAveragePool", List.of(streams)), channels));
    String weights =
        graph.node(
            "Softmax", List.of(reshape(logits, 0, 2, channels)), OnnxGraph.integer("axis", 1));
    return halves(
        graph.node("Mul", List.of(streams, reshape(weights, 0, 2L * channels, 1, 1))), channels);
  }

  /** The sum of the first {@code channels} channels and the others. */
  private String halves(String x, int channels) {
    return graph.node("Add", List.of(slice(x, 0, channels), slice(x, channels, 2L * channels)));
  }

  private String slice(String x, long from, long to) {
    return graph.node("Slice", List.of(x, graph.longs(from), graph.longs(to), graph.longs(1)));
  }

  private String patches(Layer.Patches p, String x) {
    int rows = p.rows(imageSize);
    long[] pixels = new long[rows * p.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (long) (i / p.size()) * p.stride() + i % p.size();
    }
    String indexes = graph.longs("patches.pixels", pixels, rows, p.size());
    String strips = graph.node("Gather", List.of(x, indexes), OnnxGraph.integer("axis", 2));
    String grid = graph.node("Gather", List.of(strips, indexes), OnnxGraph.integer("axis", 4));
    String rowMajor =
        graph.node("Transpose", List.of(grid), OnnxGraph.integers("perm", 0, 2, 4, 1, 3, 5));
    return reshape(rowMajor, -1, 3, p.size(), p.size());
  }

  private String pool(
      String operator, String x, int kernel, int stride, AttributeProto... attributes) {
    return graph.node(
        operator,
        List.of(x),
        Stream.concat(
                Stream.of(
                    OnnxGraph.integers("kernel_shape", kernel, kernel),
                    OnnxGraph.integers("strides", stride, stride)),
                Arrays.stream(attributes))
            .toArray(AttributeProto[]::new));
  }

  private static AttributeProto square(int padding) {
    return OnnxGraph.integers("pads", padding, padding, padding, padding);
  }

  /** A size of 0 is the input's, of -1 what is left. */
  private String reshape(String x, long... shape) {
    return graph.node("Reshape", List.of(x, graph.longs(shape)));
  }

  private String parameter(String name) {
    Tensor tensor = parameters.get(name);
    return graph.floats(name, tensor.toFloats(), tensor.shape());
  }

  /** A vector that meets the channels of {@code [n, c, h, w]}. */
  private String channels(String name) {
    return reshape(parameter(name), 1, -1, 1, 1);
  }
}
