package dev.parallax.embedding.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.parallax.embedding.provider.ExecutionProvider;
import dev.parallax.embedding.provider.Machine;
import dev.parallax.embedding.provider.NvidiaDriver;
import java.util.List;
import java.util.Optional;

/** This machine, as ONNX Runtime finds it. */
final class OnnxMachine implements Machine {
  private final OrtEnvironment environment;
  private final SessionSetup setup;

  OnnxMachine(OrtEnvironment environment, SessionSetup setup) {
    this.environment = environment;
    this.setup = setup;
  }

  @Override
  public boolean hasInBuild(ExecutionProvider provider) {
    return OrtEnvironment.getAvailableProviders().contains(provider.ort());
  }

  @Override
  public boolean hasDriver() {
    return NvidiaDriver.isThere();
  }

  @Override
  public Optional<String> trial(ExecutionProvider provider, int device) {
    try (SessionOptions options = setup.session(List.of(provider), device)) {
      if (provider == ExecutionProvider.CUDA) {
        // else the CPU would compute what the GPU does not, and prove nothing
        options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
      }
      try (OrtSession session = environment.createSession(SelfTest.model(), options)) {
        SelfTest.run(environment, session);
        return Optional.empty();
      }
    } catch (OrtException | UnsatisfiedLinkError e) {
      return Optional.of(String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip());
    }
  }
}
