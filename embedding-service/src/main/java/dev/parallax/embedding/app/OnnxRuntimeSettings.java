package dev.parallax.embedding.app;

import dev.parallax.embedding.app.EmbeddingSettings.Onnxruntime;
import dev.parallax.embedding.model.RuntimeSettings;
import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.CudaSettings;
import dev.parallax.embedding.provider.CudaSettings.ArenaExtension;
import dev.parallax.embedding.provider.CudaSettings.CudnnSearch;
import dev.parallax.embedding.provider.ExecutionProvider;
import dev.parallax.embedding.provider.Fallback;
import dev.parallax.embedding.provider.GraphOptimization;
import dev.parallax.embedding.provider.ProviderSettings;
import dev.parallax.embedding.provider.TensorRtSettings;
import io.quarkus.runtime.configuration.MemorySize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code parallax.embedding.onnxruntime.*} as values of the domain. */
final class OnnxRuntimeSettings {
  private OnnxRuntimeSettings() {}

  /**
   * @throws IllegalArgumentException one line: the setting, its value and what is allowed
   */
  static RuntimeSettings of(Onnxruntime settings) {
    return new RuntimeSettings(
        settings.intraOpThreads(),
        CpuArena.of(settings.arena(), settings.arenaShrinkage()),
        GraphOptimization.parse(settings.graphOptimization()),
        providers(settings),
        cuda(settings.cuda()),
        new TensorRtSettings(settings.tensorrt().cache()));
  }

  private static ProviderSettings providers(Onnxruntime settings) {
    Optional<List<ExecutionProvider>> asked =
        settings.providers().map(words -> words.stream().map(ExecutionProvider::parse).toList());
    return new ProviderSettings(
        asked.orElse(ProviderSettings.automatic().order()),
        asked.isPresent(),
        settings.devices(),
        Fallback.parse(settings.fallback()));
  }

  private static CudaSettings cuda(Onnxruntime.Cuda cuda) {
    Optional<Long> limit = cuda.memoryLimit().map(MemorySize::asLongValue);
    return new CudaSettings(
        limit.map(OptionalLong::of).orElse(OptionalLong.empty()),
        ArenaExtension.parse(cuda.arenaExtension()),
        CudnnSearch.parse(cuda.cudnnSearch()),
        cuda.tf32());
  }
}
