package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import dev.parallax.embedding.onnx.IsolatedTrial;
import dev.parallax.embedding.onnx.OnnxInspection;
import dev.parallax.embedding.onnx.OnnxLimits;
import dev.parallax.embedding.onnx.OnnxRefusedException;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.util.Optional;

/**
 * Opens a stored version: checks the file against its manifest, its structure, the manifest against
 * the model, and runs it.
 */
public final class ModelLoader {
  private final ModelRepository repository;
  private final OnnxRuntime runtime;
  private final OnnxLimits limits;
  private final Optional<IsolatedTrial> trial;

  /**
   * @param trial the first run of a model; empty: in this process alone
   */
  public ModelLoader(
      ModelRepository repository,
      OnnxRuntime runtime,
      OnnxLimits limits,
      Optional<IsolatedTrial> trial) {
    this.repository = requireNonNull(repository, "repository is null");
    this.runtime = requireNonNull(runtime, "runtime is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.trial = requireNonNull(trial, "trial is null");
  }

  /**
   * @throws ModelRejectedException one line: why this version must not serve
   */
  public ServedModel load(StoredModel stored) throws ModelRejectedException {
    try {
      repository.verify(stored);
    } catch (RequestException e) {
      throw new ModelRejectedException(e.getMessage(), e);
    }
    inspect(stored);
    DeviceSessions sessions;
    try {
      sessions = runtime.open(stored.onnx());
    } catch (OrtException e) {
      throw new ModelRejectedException("ONNX Runtime does not accept model.onnx: " + oneLine(e), e);
    }
    boolean accepted = false;
    try {
      ModelSignature signature =
          ModelSignature.of(
              stored.manifest(), sessions.any().getInputInfo(), sessions.any().getOutputInfo());
      ServedModel model = new ServedModel(runtime, sessions, stored.manifest(), signature);
      model.trial();
      accepted = true;
      return model;
    } catch (OrtException e) {
      throw new ModelRejectedException("the trial run failed: " + oneLine(e), e);
    } finally {
      if (!accepted) {
        closeQuietly(sessions);
      }
    }
  }

  private void inspect(StoredModel stored) throws ModelRejectedException {
    try {
      OnnxInspection.inspect(stored.onnx(), limits);
      if (trial.isPresent()) {
        trial.get().run(stored.onnx(), stored.manifest().getSha256());
      }
    } catch (OnnxRefusedException e) {
      throw new ModelRejectedException("model.onnx is refused: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelRejectedException("model.onnx could not be tried: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(DeviceSessions sessions) {
    try {
      sessions.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session did not close", e);
    }
  }

  private static String oneLine(OrtException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
