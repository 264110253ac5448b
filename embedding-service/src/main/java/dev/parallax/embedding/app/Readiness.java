package dev.parallax.embedding.app;

import ai.onnxruntime.OrtException;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ModelRejectedException;
import dev.parallax.embedding.model.OnnxRuntime;
import dev.parallax.embedding.model.ServedModel;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.embedding.serving.Gate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether calls can be answered. It has run a model to know: every version that is ready has
 * answered a trial run and its last batch, or answers another trial now; with no model open, ONNX
 * Runtime has run its built-in one. A version that cannot be loaded is told but does not take the
 * service out: the versions beside it serve, and every other instance would have the same trouble.
 */
final class Readiness {
  private final ModelCatalog catalog;
  private final OnnxRuntime runtime;
  private final Gate gate;
  private volatile boolean looked;
  private volatile boolean leaving;
  private volatile Optional<String> broken = Optional.empty();

  /**
   * @param problem one line; empty: ready
   * @param models state by {@code name/version}
   */
  record Report(Optional<String> problem, Map<String, String> models) {}

  Readiness(ModelCatalog catalog, OnnxRuntime runtime, Gate gate) {
    this.catalog = catalog;
    this.runtime = runtime;
    this.gate = gate;
  }

  /** The repository has been looked at for the first time. */
  void firstLookDone() {
    looked = true;
  }

  /** From now on the service is not ready, though it still takes calls. */
  void leave() {
    leaving = true;
  }

  /** Without running anything: whether the service takes calls. */
  Optional<String> obstacle() {
    if (leaving || gate.isStopping()) {
      return Optional.of("the service is stopping");
    }
    if (!looked) {
      return Optional.of("the repository has not been looked at yet");
    }
    return catalog.problem().or(() -> broken);
  }

  /** Tries every version again whose last batch failed. Runs models: not for an event loop. */
  void check() {
    broken =
        catalog
            .snapshot()
            .entries()
            .filter(entry -> entry.served().map(ServedModel::lastRunFailed).orElse(false))
            .flatMap(entry -> retry(entry).stream())
            .findFirst();
  }

  /** Runs models: not for an event loop. */
  Report report() {
    check();
    Map<String, String> models = new TreeMap<>();
    catalog
        .snapshot()
        .entries()
        .forEach(entry -> models.put(entry.model() + "/" + entry.version(), state(entry)));
    boolean open = catalog.snapshot().entries().anyMatch(entry -> entry.served().isPresent());
    Optional<String> problem = obstacle();
    return new Report(open ? problem : problem.or(this::selfTest), models);
  }

  private static String state(VersionEntry entry) {
    return switch (entry.state()) {
      case Ready ready -> "ready";
      case Loading() -> "loading";
      case Available() -> "available";
      case Unloaded() -> "unloaded";
      case Failed(String reason) -> "failed: " + reason;
    };
  }

  private Optional<String> retry(VersionEntry entry) {
    Optional<ModelLease> lease = catalog.leaseIfOpen(entry.model(), entry.version());
    if (lease.isEmpty()) {
      return Optional.empty();
    }
    try (ModelLease held = lease.get()) {
      held.model().trial();
      return Optional.empty();
    } catch (OrtException | ModelRejectedException e) {
      return Optional.of(
          "%s/%d does not compute: %s".formatted(entry.model(), entry.version(), e.getMessage()));
    }
  }

  private Optional<String> selfTest() {
    try {
      runtime.selfTest();
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of("ONNX Runtime does not run its built-in model: " + e.getMessage());
    }
  }
}
