package dev.parallax.trainer.export;

import dev.parallax.onnx.GraphProto;
import dev.parallax.onnx.ModelProto;
import dev.parallax.onnx.OperatorSetIdProto;
import dev.parallax.onnx.TensorProto;
import dev.parallax.onnx.TensorShapeProto;
import dev.parallax.onnx.TypeProto;
import dev.parallax.onnx.ValueInfoProto;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Parameters;
import java.util.List;

/**
 * Writes a network as ONNX, IR version 8, operator set 17. Input {@code images}: uint8 {@code [N,
 * H, W, 3]}; outputs {@code embedding}: float32 {@code [N, features]} and, where there is a head,
 * {@code projection}, or {@code logits} where that ends in a classifier.
 */
public final class OnnxExport {
  public static final String INPUT = "images";
  public static final String EMBEDDING = "embedding";
  public static final String PROJECTION = "projection";
  public static final String LOGITS = "logits";

  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private OnnxExport() {}

  public static ModelProto of(Network network, Parameters parameters) {
    var builder = GraphProto.newBuilder().setName("encoder");
    int side = network.imageSize();
    builder.addInput(
        value(INPUT, TensorProto.DataType.UINT8, dynamic("N"), fixed(side), fixed(side), fixed(3)));
    builder.addOutput(
        value(EMBEDDING, TensorProto.DataType.FLOAT, dynamic("N"), fixed(network.features())));
    var graph = new OnnxGraph(builder);
    var layers = new OnnxLayers(parameters, graph, side);
    String pixels =
        graph.node(
            "Transpose",
            List.of(
                graph.node(
                    "Cast",
                    List.of(INPUT),
                    OnnxGraph.integer("to", TensorProto.DataType.FLOAT_VALUE))),
            OnnxGraph.integers("perm", 0, 3, 1, 2));
    String embedding = layers.write(network.served(), pixels);
    graph.named(EMBEDDING, "Identity", List.of(embedding));
    if (network.hasProjection()) {
      builder.addOutput(
          value(
              projection(network),
              TensorProto.DataType.FLOAT,
              dynamic("N"),
              fixed(network.projectionSize())));
      graph.named(
          projection(network), "Identity", List.of(layers.write(network.projection(), embedding)));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("parallax")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(builder)
        .build();
  }

  /** Name of the output behind a network's projection. */
  public static String projection(Network network) {
    return network.classifies() ? LOGITS : PROJECTION;
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
