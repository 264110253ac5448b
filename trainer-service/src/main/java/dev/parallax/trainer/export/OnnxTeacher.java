package dev.parallax.trainer.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.parallax.trainer.method.Teacher;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A published model with the output {@code logits}, run by ONNX Runtime. */
public final class OnnxTeacher implements Teacher {
  private final OrtSession session;
  private final int side;
  private final int classes;

  /**
   * Loads a model.
   *
   * @throws IllegalArgumentException when it does not classify, or cannot be loaded; the message
   *     says why
   */
  public OnnxTeacher(Path onnx, int threads) {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      this.session = OrtEnvironment.getEnvironment().createSession(onnx.toString(), options);
      Set<String> inputs = session.getInputNames();
      Set<String> outputs = session.getOutputNames();
      if (!inputs.contains(OnnxExport.INPUT) || !outputs.contains(OnnxExport.LOGITS)) {
        session.close();
        throw new IllegalArgumentException(
            "its inputs are "
                + inputs
                + " and its outputs "
                + outputs
                + "; allowed: a fine-tuned model, which has "
                + OnnxExport.INPUT
                + " and "
                + OnnxExport.LOGITS);
      }
      this.side = dimension(session.getInputInfo().get(OnnxExport.INPUT).getInfo(), 1);
      this.classes = dimension(session.getOutputInfo().get(OnnxExport.LOGITS).getInfo(), 1);
    } catch (OrtException e) {
      throw new IllegalArgumentException("it cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static int dimension(ai.onnxruntime.ValueInfo info, int at) {
    return Math.toIntExact(((TensorInfo) info).getShape()[at]);
  }

  /** Side of the images it takes, pixels. */
  public int side() {
    return side;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public float[] logits(ByteBuffer pixels, int n) {
    ByteBuffer images = pixels.duplicate().clear().slice(0, n * side * side * 3);
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                images,
                new long[] {n, side, side, 3},
                OnnxJavaType.UINT8);
        OrtSession.Result result =
            session.run(Map.of(OnnxExport.INPUT, input), Set.of(OnnxExport.LOGITS))) {
      var buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    } catch (OrtException e) {
      throw new IllegalStateException("the teacher failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the teacher could not be closed: " + e.getMessage(), e);
    }
  }
}
