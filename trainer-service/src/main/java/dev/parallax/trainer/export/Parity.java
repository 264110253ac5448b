package dev.parallax.trainer.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/** Runs the trained encoder and ONNX Runtime on the same images. */
public final class Parity {
  private Parity() {}

  /**
   * The largest absolute difference of the outputs {@code embedding} and projection, each over the
   * largest absolute value of that output.
   *
   * @param pixels a direct buffer of {@code n * side * side * 3} bytes
   */
  public static double measure(
      Network network, Parameters parameters, Path onnx, ByteBuffer pixels, int n)
      throws OrtException {
    Outputs trained = run(network, parameters, pixels, n);
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session =
              OrtEnvironment.getEnvironment().createSession(onnx.toString(), options);
          OnnxTensor images =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(),
                  pixels
                      .duplicate()
                      .clear()
                      .slice(0, n * network.imageSize() * network.imageSize() * 3),
                  new long[] {n, network.imageSize(), network.imageSize(), 3},
                  OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, images))) {
        double parity = relative(trained.embedding(), floats(result, OnnxExport.EMBEDDING));
        return network.hasProjection()
            ? Math.max(
                parity,
                relative(trained.projection(), floats(result, OnnxExport.projection(network))))
            : parity;
      }
    }
  }

  private record Outputs(float[] embedding, float[] projection) {}

  private static Outputs run(Network network, Parameters parameters, ByteBuffer pixels, int n) {
    return Autograd.without(
        () -> {
          try (TensorScope scope = TensorScope.root();
              Tensor images = scope.images(pixels, n, network.imageSize());
              Tensor h =
                  Forward.run(network.served(), parameters, images, Forward.Mode.EVALUATION)) {
            float[] embedding = h.toFloats();
            Tensor z = Forward.run(network.projection(), parameters, h, Forward.Mode.EVALUATION);
            return new Outputs(embedding, z.toFloats());
          }
        });
  }

  private static float[] floats(OrtSession.Result result, String output) throws OrtException {
    OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
    var buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  static double relative(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      double here = Math.abs((double) expected[i] - actual[i]);
      if (Double.isNaN(here)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, here);
    }
    return largest == 0 ? difference : difference / largest;
  }
}
