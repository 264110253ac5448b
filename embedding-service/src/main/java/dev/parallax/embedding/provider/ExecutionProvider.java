package dev.parallax.embedding.provider;

import ai.onnxruntime.OrtProvider;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What computes a model's operators. */
public enum ExecutionProvider {
  TENSORRT("TensorRT", OrtProvider.TENSOR_RT),
  CUDA("CUDA", OrtProvider.CUDA),
  CPU("CPU", OrtProvider.CPU);

  private final String title;
  private final OrtProvider ort;

  ExecutionProvider(String title, OrtProvider ort) {
    this.title = title;
    this.ort = ort;
  }

  /**
   * @throws IllegalArgumentException one line, when there is no such provider
   */
  public static ExecutionProvider parse(String word) {
    return Arrays.stream(values())
        .filter(provider -> provider.label().equals(word.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "providers has \"%s\"; allowed: %s"
                        .formatted(
                            word.strip(),
                            Arrays.stream(values())
                                .map(ExecutionProvider::label)
                                .sorted()
                                .collect(Collectors.joining(", ")))));
  }

  /** As settings, metrics and the log have it: {@code cuda}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As its vendor writes it: {@code TensorRT}. */
  String title() {
    return title;
  }

  /** ONNX Runtime's name. */
  public OrtProvider ort() {
    return ort;
  }

  /** Whether it computes on devices that {@link ProviderSettings#devices()} lists. */
  boolean needsGpu() {
    return switch (this) {
      case TENSORRT, CUDA -> true;
      case CPU -> false;
    };
  }
}
