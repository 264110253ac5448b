package dev.parallax.embedding.api.inference;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.embedding.monitor.CallStatistics;
import dev.parallax.inference.ModelMetadataResponse;
import dev.parallax.inference.ModelMetadataResponse.TensorMetadata;
import dev.parallax.inference.ModelStatisticsResponse;
import dev.parallax.inference.RepositoryIndexResponse;
import dev.parallax.inference.RepositoryIndexResponse.ModelIndex;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.names.Names;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** What the protocol tells of models, and what it lets be done with them. Thread-safe. */
public final class InferenceModels {
  /** Triton's name for ONNX files that ONNX Runtime runs. */
  private static final String PLATFORM = "onnxruntime_onnx";

  private final ModelCatalog catalog;
  private final CallStatistics statistics;

  public InferenceModels(ModelCatalog catalog, CallStatistics statistics) {
    this.catalog = requireNonNull(catalog, "catalog is null");
    this.statistics = requireNonNull(statistics, "statistics is null");
  }

  /**
   * Whether a version, or any where none is named, takes calls; false also where there is none.
   *
   * @return fails with {@link RequestException} INVALID_ARGUMENT
   */
  public CompletableFuture<Boolean> isReady(String name, String version) {
    return takesCalls(name, version)
        .exceptionallyCompose(
            failure ->
                isNotFound(failure)
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * As {@link #isReady}, but fails with NOT_FOUND where there is none.
   *
   * @return fails with {@link RequestException} INVALID_ARGUMENT or NOT_FOUND
   */
  public CompletableFuture<Boolean> takesCalls(String name, String version) {
    return described(name, version).thenApply(entry -> entry.state() instanceof Ready);
  }

  private static boolean isNotFound(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RequestException e && e.kind() == Kind.NOT_FOUND;
  }

  private CompletableFuture<VersionEntry> described(String name, String version) {
    try {
      return catalog.describe(ModelNames.query("name", name, "version", version));
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, or
   *     FAILED_PRECONDITION for a version whose manifest cannot be read
   */
  public CompletableFuture<ModelMetadataResponse> metadata(String name, String version) {
    return described(name, version).thenApply(this::metadata);
  }

  private ModelMetadataResponse metadata(VersionEntry entry) {
    if (entry.manifest().getInputsCount() == 0 && entry.state() instanceof Failed(String reason)) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "model %s/%d cannot serve: %s".formatted(entry.model(), entry.version(), reason));
    }
    return ModelMetadataResponse.newBuilder()
        .setName(entry.model())
        .addAllVersions(
            catalog.snapshot().versions(entry.model()).stream()
                .filter(InferenceModels::isCallable)
                .map(other -> Long.toString(other.version()))
                .toList())
        .setPlatform(PLATFORM)
        .addAllInputs(entry.manifest().getInputsList().stream().map(this::tensor).toList())
        .addAllOutputs(entry.manifest().getOutputsList().stream().map(this::tensor).toList())
        .putProperties("version", Long.toString(entry.version()))
        .putProperties("encoded_images", "BYTES")
        .build();
  }

  /** Whether a call would be answered, by opening the version where it is not open. */
  public static boolean isCallable(VersionEntry entry) {
    return switch (entry.state()) {
      case Ready ready -> true;
      case Available() -> true;
      case Loading() -> false;
      case Unloaded() -> false;
      case Failed failed -> false;
    };
  }

  private TensorMetadata tensor(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.getName())
        .setDatatype(spec.getDatatype())
        .addAllShape(spec.getShapeList())
        .build();
  }

  /**
   * @throws RequestException INVALID_ARGUMENT
   */
  public RepositoryIndexResponse index(String repository, boolean readyOnly) {
    requireTheRepository(repository);
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    catalog
        .snapshot()
        .entries()
        .filter(entry -> !readyOnly || entry.state() instanceof Ready)
        .map(InferenceModels::indexed)
        .forEach(index::addModels);
    return index.build();
  }

  private static ModelIndex indexed(VersionEntry entry) {
    ModelIndex.Builder index =
        ModelIndex.newBuilder().setName(entry.model()).setVersion(Long.toString(entry.version()));
    return switch (entry.state()) {
      case Ready ready -> index.setState("READY").build();
      case Loading() -> index.setState("LOADING").build();
      case Available() -> unavailable(index, "not open; its first call opens it");
      case Unloaded() -> unavailable(index, "unloaded");
      case Failed(String reason) -> unavailable(index, reason);
    };
  }

  private static ModelIndex unavailable(ModelIndex.Builder index, String reason) {
    return index.setState("UNAVAILABLE").setReason(reason).build();
  }

  /**
   * Opens a model, done when its newest version takes calls.
   *
   * @param parameters names of what was given beside
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION
   */
  public CompletableFuture<VersionEntry> load(
      String repository, String model, Collection<String> parameters) {
    try {
      checkControl(repository, model, parameters, List.of());
      return catalog.load(model);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Closes a model, done when it takes no more calls.
   *
   * @param parameters names of what was given beside
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND
   */
  public CompletableFuture<?> unload(
      String repository, String model, Collection<String> parameters) {
    try {
      checkControl(repository, model, parameters, List.of("unload_dependents"));
      return catalog.unload(model);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void checkControl(
      String repository, String model, Collection<String> parameters, List<String> allowed) {
    requireTheRepository(repository);
    Names.model("model_name", model);
    parameters.stream()
        .filter(name -> !allowed.contains(name))
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw RequestException.invalid(
                  "parameters", name, allowed.isEmpty() ? "none" : String.join(", ", allowed));
            });
  }

  private static void requireTheRepository(String name) {
    if (!name.isEmpty()) {
      throw RequestException.invalid("repository_name", name, "empty, for there is one");
    }
  }

  /**
   * Statistics of the versions that are open; of one that is named, also when it is not.
   *
   * @param name empty: of all models
   * @param version empty: of all versions
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND
   */
  public CompletableFuture<ModelStatisticsResponse> statistics(String name, String version) {
    if (name.isEmpty()) {
      return version.isEmpty()
          ? CompletableFuture.completedFuture(told(open(catalog.snapshot().entries())))
          : CompletableFuture.failedFuture(
              RequestException.invalid("version", version, "empty where name is"));
    }
    return described(name, version)
        .thenApply(
            entry ->
                told(
                    version.isEmpty()
                        ? open(catalog.snapshot().versions(entry.model()).stream())
                        : Stream.of(entry)));
  }

  private static Stream<VersionEntry> open(Stream<VersionEntry> entries) {
    return entries.filter(entry -> entry.state() instanceof Ready);
  }

  private ModelStatisticsResponse told(Stream<VersionEntry> entries) {
    ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
    entries
        .map(
            entry ->
                StatisticsMessages.of(
                    entry.model(),
                    entry.version(),
                    statistics.read(entry.model(), entry.version())))
        .forEach(response::addModelStats);
    return response.build();
  }
}
