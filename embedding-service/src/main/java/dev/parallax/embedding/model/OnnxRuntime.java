package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.parallax.embedding.provider.Devices;
import dev.parallax.embedding.provider.Machine;
import dev.parallax.embedding.provider.ProviderSettings;
import dev.parallax.embedding.provider.Selection;
import dev.parallax.platform.startup.StartupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** The one ONNX Runtime of this process, and where it computes. */
public final class OnnxRuntime {
  private final OrtEnvironment environment;
  private final ProviderSettings wanted;
  private final SessionSetup setup;
  private final Selection selection;
  private final Devices devices;

  /**
   * Loads the native library, chooses what computes and runs a small built-in model there.
   *
   * @throws StartupException one line, when this machine cannot run ONNX Runtime, or not on what
   *     the settings demand
   */
  public OnnxRuntime(RuntimeSettings settings) {
    this(settings, Selection::of);
  }

  /**
   * @param choice what computes
   */
  OnnxRuntime(RuntimeSettings settings, BiFunction<ProviderSettings, Machine, Selection> choice) {
    requireNonNull(settings, "settings is null");
    this.wanted = settings.providers();
    this.setup = new SessionSetup(settings);
    try {
      this.environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "parallax");
      this.selection = choice.apply(wanted, new OnnxMachine(environment, setup));
      this.devices = new Devices(selection.devices().size());
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

  /** What computes. */
  public Selection selection() {
    return selection;
  }

  /** One line on each provider that somebody expects to compute and that does not. */
  public List<String> surprises() {
    return selection.surprises(wanted);
  }

  /**
   * Runs the built-in model on every device: proves that the native library works although no model
   * may be there yet.
   */
  public void selfTest() throws OrtException {
    for (int device : selection.devices()) {
      try (SessionOptions options = setup.session(selection.used(), device);
          OrtSession session = environment.createSession(SelfTest.model(), options)) {
        SelfTest.run(environment, session);
      }
    }
  }

  DeviceSessions open(Path onnx) throws OrtException {
    List<DeviceSessions.Open> sessions = new ArrayList<>();
    boolean complete = false;
    try {
      for (int device : selection.devices()) {
        try (SessionOptions options = setup.session(selection.used(), device)) {
          sessions.add(
              new DeviceSessions.Open(
                  environment.createSession(onnx.toString(), options),
                  setup.run(selection.used(), device)));
        }
      }
      complete = true;
      return new DeviceSessions(sessions, devices);
    } finally {
      if (!complete) {
        for (DeviceSessions.Open open : sessions) {
          open.close();
        }
      }
    }
  }
}
