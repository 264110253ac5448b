package dev.parallax.embedding.provider;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The CUDA provider; <a
 * href="https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html">its
 * options</a> under their names here.
 *
 * @param memoryLimit bytes that the arena of one session takes from a GPU, 1 MiB or more; empty:
 *     all there are
 * @param tf32 multiply float32 with the 10-bit mantissa of TF32: faster, less exact
 */
public record CudaSettings(
    OptionalLong memoryLimit, ArenaExtension extension, CudnnSearch search, boolean tf32) {
  private static final long MIN_LIMIT = 1L << 20;

  public CudaSettings {
    requireNonNull(extension, "extension is null");
    requireNonNull(search, "search is null");
    if (memoryLimit.isPresent() && memoryLimit.getAsLong() < MIN_LIMIT) {
      throw new IllegalArgumentException(
          "cuda.memoryLimit is %d bytes; allowed: %d or more"
              .formatted(memoryLimit.getAsLong(), MIN_LIMIT));
    }
  }

  public static CudaSettings defaults() {
    return new CudaSettings(
        OptionalLong.empty(), ArenaExtension.POWER_OF_TWO, CudnnSearch.HEURISTIC, true);
  }

  /** By how much the arena grows. */
  public enum ArenaExtension {
    /** To twice its size: fewer allocations. */
    POWER_OF_TWO("power-of-two", "kNextPowerOfTwo"),
    /** By what is needed: less memory. */
    AS_REQUESTED("as-requested", "kSameAsRequested");

    private final String label;
    private final String option;

    ArenaExtension(String label, String option) {
      this.label = label;
      this.option = option;
    }

    /**
     * @throws IllegalArgumentException one line
     */
    public static ArenaExtension parse(String word) {
      for (ArenaExtension value : values()) {
        if (value.label.equals(word.strip())) {
          return value;
        }
      }
      throw new IllegalArgumentException(
          "cuda.arenaExtension is \"" + word + "\"; allowed: power-of-two, as-requested");
    }
  }

  /** How cuDNN finds the algorithm of a convolution, anew for each size of batch. */
  public enum CudnnSearch {
    /** By a rule, at once. */
    HEURISTIC,
    /** By running all of them: the fastest algorithm, seconds for each size of batch. */
    EXHAUSTIVE,
    /** One that is the same for all sizes. */
    DEFAULT;

    /**
     * @throws IllegalArgumentException one line
     */
    public static CudnnSearch parse(String word) {
      return switch (word.strip()) {
        case "heuristic" -> HEURISTIC;
        case "exhaustive" -> EXHAUSTIVE;
        case "default" -> DEFAULT;
        default ->
            throw new IllegalArgumentException(
                "cuda.cudnnSearch is \"" + word + "\"; allowed: heuristic, exhaustive, default");
      };
    }
  }

  /** Names and values as ONNX Runtime takes them. */
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    memoryLimit.ifPresent(bytes -> options.put("gpu_mem_limit", Long.toString(bytes)));
    options.put("arena_extend_strategy", extension.option);
    options.put("cudnn_conv_algo_search", search.name());
    options.put("use_tf32", tf32 ? "1" : "0");
    // a replayed graph reads and writes the addresses of its recording, which Java cannot bind
    options.put("enable_cuda_graph", "0");
    return options;
  }
}
