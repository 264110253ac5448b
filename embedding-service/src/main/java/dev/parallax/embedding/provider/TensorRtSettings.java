package dev.parallax.embedding.provider;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The TensorRT provider; <a
 * href="https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html">its
 * options</a> under their names here.
 *
 * @param cache directory where engines, which take minutes to build, outlive the process; empty:
 *     nowhere
 */
public record TensorRtSettings(Optional<Path> cache) {
  public TensorRtSettings {
    requireNonNull(cache, "cache is null");
  }

  public static TensorRtSettings defaults() {
    return new TensorRtSettings(Optional.empty());
  }

  /** Names and values as ONNX Runtime takes them. */
  public Map<String, String> options() {
    return cache
        .map(
            directory ->
                Map.of(
                    "trt_engine_cache_enable",
                    "1",
                    "trt_engine_cache_path",
                    directory.toString(),
                    "trt_timing_cache_enable",
                    "1",
                    "trt_timing_cache_path",
                    directory.toString()))
        .orElse(Map.of());
  }
}
