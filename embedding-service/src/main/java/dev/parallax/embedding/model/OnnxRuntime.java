package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.parallax.platform.startup.StartupException;
import java.nio.file.Path;

/** The one ONNX Runtime of this process. */
public final class OnnxRuntime {
  private final OrtEnvironment environment;
  private final RuntimeSettings settings;

  /**
   * Loads the native library and runs a small built-in model.
   *
   * @throws StartupException one line, when this machine cannot run ONNX Runtime
   */
  public OnnxRuntime(RuntimeSettings settings) {
    this.settings = requireNonNull(settings, "settings is null");
    try {
      this.environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "parallax");
      selfTest();
    } catch (OrtException
        | UnsatisfiedLinkError
        | NoClassDefFoundError
        | ExceptionInInitializerError e) {
      throw new StartupException(
          "ONNX Runtime does not work on this machine: " + e.getMessage(), e);
    }
  }

  OrtEnvironment environment() {
    return environment;
  }

  /** Version of ONNX Runtime. */
  public String version() {
    return environment.getVersion();
  }

  /**
   * Runs the built-in model: proves that the native library works although no model may be there
   * yet.
   */
  public void selfTest() throws OrtException {
    try (SessionOptions options = options();
        OrtSession session = environment.createSession(SelfTest.model(), options)) {
      SelfTest.run(environment, session);
    }
  }

  OrtSession open(Path onnx) throws OrtException {
    try (SessionOptions options = options()) {
      return environment.createSession(onnx.toString(), options);
    }
  }

  private SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setInterOpNumThreads(1);
    options.setIntraOpNumThreads(settings.intraOpThreads());
    options.setCPUArenaAllocator(settings.arena());
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    // a spinning thread takes the core from the batch beside it
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    options.addConfigEntry("session.inter_op.allow_spinning", "0");
    return options;
  }
}
