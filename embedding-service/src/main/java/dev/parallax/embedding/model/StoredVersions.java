package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.ModelRepository;
import java.nio.file.Files;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Entries from files: what is in the repository, and what becomes of it when it is opened. */
final class StoredVersions {
  private static final Logger LOG = Logger.getLogger(StoredVersions.class);

  private final ModelRepository repository;
  private final ModelLoader models;
  private final ServingMonitor monitor;

  StoredVersions(ModelRepository repository, ModelLoader models, ServingMonitor monitor) {
    this.repository = requireNonNull(repository, "repository is null");
    this.models = requireNonNull(models, "models is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
  }

  /**
   * Names of the models.
   *
   * @throws RequestException FAILED_PRECONDITION when the repository cannot be read
   */
  List<String> models() {
    if (!Files.isDirectory(repository.root())) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the model repository " + repository.root() + " is not a directory");
    }
    return repository.models();
  }

  /** The files of every version of a model, newest first; empty when there is no such model. */
  NavigableMap<Long, Fingerprint> files(String model) {
    NavigableMap<Long, Fingerprint> files = new TreeMap<>();
    for (long version : repository.versions(model)) {
      files.put(
          version,
          Fingerprint.of(repository.root().resolve(model).resolve(Long.toString(version))));
    }
    return files.descendingMap();
  }

  /**
   * @throws RequestException FAILED_PRECONDITION when the model is there, but not as one of ours
   */
  void refuseForeign(String model) {
    repository
        .versionWithoutManifest(model)
        .ifPresent(
            version -> {
              throw RequestException.of(
                  Kind.FAILED_PRECONDITION,
                  "model %s/%d has no manifest.json, which says how images are prepared; publish it with Parallax or write one"
                      .formatted(model, version));
            });
  }

  /** The entry of a version that is not open: in {@code state}, or failed. */
  VersionEntry read(String model, long version, Fingerprint fingerprint, VersionState state) {
    try {
      return new VersionEntry(repository.read(model, version).manifest(), fingerprint, state);
    } catch (RequestException e) {
      LOG.warnf("%s/%d is not served: %s", model, version, e.getMessage());
      return new VersionEntry(
          Manifest.newBuilder().setModel(model).setVersion(version).build(),
          fingerprint,
          new Failed(e.getMessage()));
    }
  }

  /** The entry ready, or failed. */
  VersionEntry open(VersionEntry entry) {
    long start = System.nanoTime();
    VersionState state = opened(entry);
    long nanos = System.nanoTime() - start;
    monitor.loaded(entry.model(), state instanceof Ready, nanos);
    if (state instanceof Failed(String reason)) {
      LOG.warnf("%s/%d is not served: %s", entry.model(), entry.version(), reason);
    } else {
      LOG.infof("loaded %s/%d in %d ms", entry.model(), entry.version(), nanos / 1_000_000);
    }
    return entry.with(state);
  }

  private VersionState opened(VersionEntry entry) {
    try {
      return new Ready(models.load(repository.read(entry.model(), entry.version())));
    } catch (ModelRejectedException | RequestException e) {
      return new Failed(e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.errorf(e, "loading %s/%d", entry.model(), entry.version());
      return new Failed("it could not be loaded: " + e.getClass().getSimpleName());
    }
  }
}
