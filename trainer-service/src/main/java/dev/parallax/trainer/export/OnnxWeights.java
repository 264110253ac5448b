package dev.parallax.trainer.export;

import dev.parallax.onnx.ModelProto;
import dev.parallax.onnx.TensorProto;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads back what {@link OnnxExport} wrote: weights and statistics under torchvision's names. */
public final class OnnxWeights {
  private OnnxWeights() {}

  /**
   * A weight.
   *
   * @param values in row-major order
   */
  public record Weight(List<Long> shape, float[] values) {}

  /**
   * The float32 initializers of a model by name.
   *
   * @throws IOException when the file is no ONNX model
   */
  public static Map<String, Weight> read(Path onnx) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(onnx))) {
      Map<String, Weight> weights = new HashMap<>();
      for (TensorProto tensor : ModelProto.parseFrom(in).getGraph().getInitializerList()) {
        if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
          weights.put(tensor.getName(), new Weight(tensor.getDimsList(), floats(tensor)));
        }
      }
      return weights;
    }
  }

  private static float[] floats(TensorProto tensor) {
    var buffer =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
