package dev.parallax.embedding.api.inference;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.inference.DataType;
import dev.parallax.inference.ModelConfig;
import dev.parallax.inference.ModelConfigResponse;
import dev.parallax.inference.ModelDynamicBatching;
import dev.parallax.inference.ModelInput;
import dev.parallax.inference.ModelOutput;
import dev.parallax.inference.ModelResponseCache;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Models as Triton's clients expect them to be configured. Thread-safe. */
public final class InferenceConfigurations {
  private final ModelCatalog catalog;
  private final int maxImages;
  private final boolean cached;

  /**
   * @param maxImages of one request, 1 or more
   * @param cached whether vectors are kept
   */
  public InferenceConfigurations(ModelCatalog catalog, int maxImages, boolean cached) {
    this.catalog = requireNonNull(catalog, "catalog is null");
    this.maxImages = maxImages;
    this.cached = cached;
  }

  /**
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, or
   *     FAILED_PRECONDITION for a version whose manifest cannot be read
   */
  public CompletableFuture<ModelConfigResponse> of(String name, String version) {
    try {
      return catalog
          .describe(ModelNames.query("name", name, "version", version))
          .thenApply(this::of);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ModelConfigResponse of(VersionEntry entry) {
    if (entry.manifest().getInputsCount() == 0 && entry.state() instanceof Failed(String reason)) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "model %s/%d cannot serve: %s".formatted(entry.model(), entry.version(), reason));
    }
    return ModelConfigResponse.newBuilder()
        .setConfig(
            ModelConfig.newBuilder()
                .setName(entry.model())
                .setPlatform("onnxruntime_onnx")
                .setBackend("onnxruntime")
                .setMaxBatchSize(maxImages)
                .setDynamicBatching(ModelDynamicBatching.getDefaultInstance())
                .setResponseCache(ModelResponseCache.newBuilder().setEnable(cached))
                .addAllInput(
                    entry.manifest().getInputsList().stream()
                        .map(InferenceConfigurations::input)
                        .toList())
                .addAllOutput(
                    entry.manifest().getOutputsList().stream()
                        .map(InferenceConfigurations::output)
                        .toList()))
        .build();
  }

  private static ModelInput input(TensorSpec spec) {
    return ModelInput.newBuilder()
        .setName(spec.getName())
        .setDataType(type(spec))
        .setFormat(ModelInput.Format.FORMAT_NHWC)
        .addAllDims(withoutBatch(spec))
        .build();
  }

  private static ModelOutput output(TensorSpec spec) {
    return ModelOutput.newBuilder()
        .setName(spec.getName())
        .setDataType(type(spec))
        .addAllDims(withoutBatch(spec))
        .build();
  }

  private static List<Long> withoutBatch(TensorSpec spec) {
    return spec.getShapeList().stream().skip(1).toList();
  }

  /** Of what an encoder may take and give. */
  private static DataType type(TensorSpec spec) {
    return switch (spec.getDatatype()) {
      case "UINT8" -> DataType.TYPE_UINT8;
      case "FP32" -> DataType.TYPE_FP32;
      default -> DataType.TYPE_INVALID;
    };
  }
}
