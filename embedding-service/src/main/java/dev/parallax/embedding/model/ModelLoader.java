package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;

/**
 * Opens a stored version: checks the file against its manifest, the manifest against the model, and
 * runs it once.
 */
public final class ModelLoader {
  private final ModelRepository repository;
  private final OnnxRuntime runtime;

  public ModelLoader(ModelRepository repository, OnnxRuntime runtime) {
    this.repository = requireNonNull(repository, "repository is null");
    this.runtime = requireNonNull(runtime, "runtime is null");
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
    OrtSession session;
    try {
      session = runtime.open(stored.onnx());
    } catch (OrtException e) {
      throw new ModelRejectedException("ONNX Runtime does not accept model.onnx: " + oneLine(e), e);
    }
    boolean accepted = false;
    try {
      ModelSignature signature =
          ModelSignature.of(stored.manifest(), session.getInputInfo(), session.getOutputInfo());
      ServedModel model = new ServedModel(runtime, session, stored.manifest(), signature);
      model.trial();
      accepted = true;
      return model;
    } catch (OrtException e) {
      throw new ModelRejectedException("the trial run failed: " + oneLine(e), e);
    } finally {
      if (!accepted) {
        closeQuietly(session);
      }
    }
  }

  private static void closeQuietly(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session did not close", e);
    }
  }

  private static String oneLine(OrtException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
