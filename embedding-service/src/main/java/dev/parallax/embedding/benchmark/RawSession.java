package dev.parallax.embedding.benchmark;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.parallax.images.RgbImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime and nothing else: one thread per operator, as many callers as wanted. */
final class RawSession implements AutoCloseable {
  private static final String OUTPUT = "embedding";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String input;
  private final int side;

  /**
   * @param onnx takes uint8 [N, side, side, 3], has an output {@code embedding}
   */
  RawSession(Path onnx) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(onnx.toString(), options);
    }
    input = session.getInputNames().iterator().next();
    side = (int) ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape()[1];
  }

  /** Pixels of a side. */
  int side() {
    return side;
  }

  /**
   * @param pixels direct; uint8 [images, side, side, 3]
   * @return float32 [images * size]
   */
  float[] run(ByteBuffer pixels, int images) throws OrtException {
    long[] shape = {images, side, side, 3};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(OUTPUT))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] vectors = new float[values.remaining()];
      values.get(vectors);
      return vectors;
    }
  }

  /**
   * @return float32 [size] of each image, computed one at a time
   */
  List<float[]> embed(List<RgbImage> images) throws OrtException {
    ByteBuffer pixels = ByteBuffer.allocateDirect(side * side * 3);
    float[][] vectors = new float[images.size()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = run(pixels.clear().put(images.get(i).rgb()).flip(), 1);
    }
    return List.of(vectors);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
