package dev.parallax.embedding.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entry of the process in which a model runs for the first time. Its address space is bounded, and
 * it is the first that the system ends when memory is short. Writes one line: {@code ok}, {@code
 * memory} and where known the bytes that could not be allocated, or {@code failed} and why. Needs
 * nothing but ONNX Runtime on its class path.
 */
public final class TrialProcess {
  static final String OK = "ok";
  static final String MEMORY = "memory";
  static final String FAILED = "failed";

  private static final Path FIRST_TO_END = Path.of("/proc/self/oom_score_adj");
  private static final Pattern BUFFER =
      Pattern.compile("Failed to allocate memory for requested buffer of size (\\d+)");
  private static final int CHANNELS = 3;

  private TrialProcess() {}

  /**
   * @param arguments file, bytes that it may allocate, threads inside one operator, images of the
   *     largest batch, level of optimisation
   */
  public static void main(String... arguments) {
    System.out.println(verdict(arguments));
    System.out.flush();
    // ONNX Runtime's threads and what a failed run has left behind are not waited for
    Runtime.getRuntime().halt(0);
  }

  private static String verdict(String... arguments) {
    Path file = Path.of(arguments[0]);
    long bytes = Long.parseLong(arguments[1]);
    int threads = Integer.parseInt(arguments[2]);
    int images = Integer.parseInt(arguments[3]);
    OptLevel level = OptLevel.valueOf(arguments[4]);
    try {
      Files.writeString(FIRST_TO_END, "1000");
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "trial");
      AddressSpace.limitGrowth(bytes);
      run(environment, file, threads, level, images);
      return OK;
    } catch (OrtException e) {
      return verdict(String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip());
    } catch (OutOfMemoryError e) {
      return MEMORY;
    } catch (IOException e) {
      return FAILED + " " + e.getMessage();
    }
  }

  private static String verdict(String error) {
    Matcher buffer = BUFFER.matcher(error);
    if (buffer.find()) {
      return MEMORY + " " + buffer.group(1);
    }
    return error.contains("bad_alloc") ? MEMORY : FAILED + " " + error;
  }

  private static void run(
      OrtEnvironment environment, Path file, int threads, OptLevel level, int images)
      throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      options.setInterOpNumThreads(1);
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(level);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      try (OrtSession session = environment.createSession(file.toString(), options)) {
        run(environment, session, 1);
        run(environment, session, images);
      }
    }
  }

  /** A model of another kind is not run: whoever opens it compares it with its manifest. */
  private static void run(OrtEnvironment environment, OrtSession session, int images)
      throws OrtException {
    if (session.getInputInfo().size() != 1) {
      return;
    }
    var input = session.getInputInfo().entrySet().iterator().next();
    if (!(input.getValue().getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.UINT8
        || info.getShape().length != 4
        || info.getShape()[3] != CHANNELS) {
      return;
    }
    long[] shape = {images, info.getShape()[1], info.getShape()[2], CHANNELS};
    long bytes = images * shape[1] * shape[2] * CHANNELS;
    if (shape[1] < 1 || shape[2] < 1 || bytes < 1 || bytes > Integer.MAX_VALUE) {
      return;
    }
    ByteBuffer pixels = ByteBuffer.allocateDirect((int) bytes);
    for (int i = 0; i < bytes; i++) {
      pixels.put(i, (byte) (i * 31 + i / 251));
    }
    try (OnnxTensor tensor =
        OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8)) {
      session.run(Map.of(input.getKey(), tensor)).close();
    }
  }
}
