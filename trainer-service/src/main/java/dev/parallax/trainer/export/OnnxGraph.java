package dev.parallax.trainer.export;

import com.google.protobuf.ByteString;
import dev.parallax.onnx.AttributeProto;
import dev.parallax.onnx.AttributeProto.AttributeType;
import dev.parallax.onnx.GraphProto;
import dev.parallax.onnx.NodeProto;
import dev.parallax.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A graph under construction: every added node gives the name of its output. */
final class OnnxGraph {
  private final GraphProto.Builder graph;
  private final Set<String> initializers = new HashSet<>();
  private int values;

  OnnxGraph(GraphProto.Builder graph) {
    this.graph = graph;
  }

  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = operator.toLowerCase(java.util.Locale.ROOT) + "_" + values++;
    named(output, operator, inputs, attributes);
    return output;
  }

  void named(String output, String operator, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
  }

  String floats(String name, float[] data, long... shape) {
    if (initializers.add(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(data.length * 4).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(data);
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(TensorProto.DataType.FLOAT_VALUE)
              .addAllDims(Arrays.stream(shape).boxed().toList())
              .setRawData(ByteString.copyFrom(bytes)));
    }
    return name;
  }

  /** A vector of constants; the same ones are written once. */
  String longs(long... data) {
    String values = Arrays.stream(data).mapToObj(Long::toString).collect(Collectors.joining("_"));
    return longs("constant." + values, data, data.length);
  }

  String longs(String name, long[] data, long... shape) {
    if (initializers.add(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(data.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(data);
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(TensorProto.DataType.INT64_VALUE)
              .addAllDims(Arrays.stream(shape).boxed().toList())
              .setRawData(ByteString.copyFrom(bytes)));
    }
    return name;
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }
}
