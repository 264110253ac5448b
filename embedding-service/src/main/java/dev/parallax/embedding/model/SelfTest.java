package dev.parallax.embedding.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parallax.onnx.AttributeProto;
import dev.parallax.onnx.GraphProto;
import dev.parallax.onnx.ModelProto;
import dev.parallax.onnx.NodeProto;
import dev.parallax.onnx.OperatorSetIdProto;
import dev.parallax.onnx.TensorProto.DataType;
import dev.parallax.onnx.TensorShapeProto;
import dev.parallax.onnx.TypeProto;
import dev.parallax.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.util.Map;

/** A model of one operator, uint8 [3] to float32 [3]. */
final class SelfTest {
  private static final int SIZE = 3;

  private SelfTest() {}

  static byte[] model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("self-test")
                .addInput(value("in", DataType.UINT8))
                .addOutput(value("out", DataType.FLOAT))
                .addNode(
                    NodeProto.newBuilder()
                        .setOpType("Cast")
                        .addInput("in")
                        .addOutput("out")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("to")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(DataType.FLOAT.getNumber()))))
        .build()
        .toByteArray();
  }

  static void run(OrtEnvironment environment, OrtSession session) throws OrtException {
    ByteBuffer in = ByteBuffer.allocateDirect(SIZE).put(0, new byte[] {0, 1, (byte) 255});
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, in, new long[] {SIZE}, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("in", tensor))) {
      float last = ((OnnxTensor) result.get(0)).getFloatBuffer().get(SIZE - 1);
      if (last != 255f) {
        throw new OrtException("the self-test gave " + last + " instead of 255");
      }
    }
  }

  private static ValueInfoProto value(String name, DataType type) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(SIZE)))))
        .build();
  }
}
