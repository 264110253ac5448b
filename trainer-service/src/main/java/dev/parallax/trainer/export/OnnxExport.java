package dev.parallax.trainer.export;

import dev.parallax.onnx.GraphProto;
import dev.parallax.onnx.ModelProto;
import dev.parallax.onnx.OperatorSetIdProto;
import dev.parallax.onnx.TensorProto;
import dev.parallax.onnx.TensorShapeProto;
import dev.parallax.onnx.TypeProto;
import dev.parallax.onnx.ValueInfoProto;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * Writes a network as ONNX, IR version 8, operator set 17. Input {@code images}: uint8 {@code [N,
 * H, W, 3]}; outputs {@code embedding}: float32 {@code [N, features]} and, where there is a head,
 * {@code projection}.
 */
public final class OnnxExport {
  public static final String INPUT = "images";
  public static final String EMBEDDING = "embedding";
  public static final String PROJECTION = "projection";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final Parameters parameters;
  private final OnnxGraph graph;

  private OnnxExport(Parameters parameters, OnnxGraph graph) {
    this.parameters = parameters;
    this.graph = graph;
  }

  public static ModelProto of(Network network, Parameters parameters) {
    var builder = GraphProto.newBuilder().setName("encoder");
    int side = network.imageSize();
    builder.addInput(
        value(INPUT, TensorProto.DataType.UINT8, dynamic("N"), fixed(side), fixed(side), fixed(3)));
    builder.addOutput(
        value(EMBEDDING, TensorProto.DataType.FLOAT, dynamic("N"), fixed(network.features())));
    var graph = new OnnxGraph(builder);
    var export = new OnnxExport(parameters, graph);
    String pixels =
        graph.node(
            "Transpose",
            List.of(
                graph.node(
                    "Cast",
                    List.of(INPUT),
                    OnnxGraph.integer("to", TensorProto.DataType.FLOAT_VALUE))),
            OnnxGraph.integers("perm", 0, 3, 1, 2));
    String embedding = export.write(network.encoder(), pixels);
    graph.named(EMBEDDING, "Identity", List.of(embedding));
    if (network.hasProjection()) {
      builder.addOutput(
          value(
              PROJECTION,
              TensorProto.DataType.FLOAT,
              dynamic("N"),
              fixed(network.projectionSize())));
      graph.named(PROJECTION, "Identity", List.of(export.write(network.projection(), embedding)));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("parallax")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(builder)
        .build();
  }

  /** Adds a layer's nodes and gives the name of its output. */
  private String write(Layer layer, String x) {
    return switch (layer) {
      case Layer.Normalize n ->
          graph.node(
              "Add",
              List.of(
                  graph.node("Mul", List.of(x, graph.floats("input.scale", n.scale(), 1, 3, 1, 1))),
                  graph.floats("input.shift", n.shift(), 1, 3, 1, 1)));
      case Layer.Conv2d c ->
          graph.node(
              "Conv",
              List.of(x, parameter(c.name() + ".weight")),
              OnnxGraph.integers("kernel_shape", c.kernel(), c.kernel()),
              OnnxGraph.integers("strides", c.stride(), c.stride()),
              pads(c.padding()));
      case Layer.Linear l -> {
        var transposed = OnnxGraph.integer("transB", 1);
        String weight = parameter(l.name() + ".weight");
        yield l.bias()
            ? graph.node("Gemm", List.of(x, weight, parameter(l.name() + ".bias")), transposed)
            : graph.node("Gemm", List.of(x, weight), transposed);
      }
      case Layer.BatchNorm b ->
          graph.node(
              "BatchNormalization",
              List.of(
                  x,
                  parameter(b.name() + ".weight"),
                  parameter(b.name() + ".bias"),
                  parameter(b.name() + ".running_mean"),
                  parameter(b.name() + ".running_var")),
              OnnxGraph.number("epsilon", Layer.BatchNorm.EPSILON));
      case Layer.Relu r -> graph.node("Relu", List.of(x));
      case Layer.MaxPool m ->
          graph.node(
              "MaxPool",
              List.of(x),
              OnnxGraph.integers("kernel_shape", m.kernel(), m.kernel()),
              OnnxGraph.integers("strides", m.stride(), m.stride()),
              pads(m.padding()));
      case Layer.GlobalAvgPool g ->
          graph.node(
              "Flatten",
              List.of(graph.node("GlobalAveragePool", List.of(x))),
              OnnxGraph.integer("axis", 1));
      case Layer.Sequential s -> {
        String current = x;
        for (Layer next : s.layers()) {
          current = write(next, current);
        }
        yield current;
      }
      case Layer.Residual r ->
          graph.node("Add", List.of(write(r.body(), x), write(r.shortcut(), x)));
    };
  }

  private String parameter(String name) {
    Tensor tensor = parameters.get(name);
    return graph.floats(name, tensor.toFloats(), tensor.shape());
  }

  private static dev.parallax.onnx.AttributeProto pads(int padding) {
    return OnnxGraph.integers("pads", padding, padding, padding, padding);
  }

  private static ValueInfoProto value(
      String name, TensorProto.DataType type, TensorShapeProto.Dimension... shape) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(TensorShapeProto.newBuilder().addAllDim(List.of(shape)))))
        .build();
  }

  private static TensorShapeProto.Dimension dynamic(String name) {
    return TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
  }

  private static TensorShapeProto.Dimension fixed(long size) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
  }
}
