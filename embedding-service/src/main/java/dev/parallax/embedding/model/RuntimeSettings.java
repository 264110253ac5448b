package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.CudaSettings;
import dev.parallax.embedding.provider.GraphOptimization;
import dev.parallax.embedding.provider.ProviderSettings;
import dev.parallax.embedding.provider.TensorRtSettings;

/**
 * How ONNX Runtime opens a session.
 *
 * @param intraOpThreads threads inside one operator, 1 to 256; 1 is the fastest as long as batches
 *     run side by side
 */
public record RuntimeSettings(
    int intraOpThreads,
    CpuArena arena,
    GraphOptimization optimization,
    ProviderSettings providers,
    CudaSettings cuda,
    TensorRtSettings tensorRt) {
  public RuntimeSettings {
    if (intraOpThreads < 1 || intraOpThreads > 256) {
      throw new IllegalArgumentException(
          "intraOpThreads is " + intraOpThreads + "; allowed: 1 to 256");
    }
    requireNonNull(arena, "arena is null");
    requireNonNull(optimization, "optimization is null");
    requireNonNull(providers, "providers is null");
    requireNonNull(cuda, "cuda is null");
    requireNonNull(tensorRt, "tensorRt is null");
  }

  /** With what {@link CudaSettings} and {@link TensorRtSettings} are without being asked. */
  public RuntimeSettings(
      int intraOpThreads,
      CpuArena arena,
      GraphOptimization optimization,
      ProviderSettings providers) {
    this(
        intraOpThreads,
        arena,
        optimization,
        providers,
        CudaSettings.defaults(),
        TensorRtSettings.defaults());
  }

  /** One thread per batch, with the arena, wholly optimised, on whatever there is. */
  public static RuntimeSettings defaults() {
    return new RuntimeSettings(
        1, CpuArena.KEEPS, GraphOptimization.ALL, ProviderSettings.automatic());
  }
}
