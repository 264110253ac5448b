package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What {@link ModelCatalog} knows. Reading is thread-safe; everything else belongs to the loader
 * thread.
 */
public final class CatalogContents {
  private static final Logger LOG = Logger.getLogger(CatalogContents.class);
  private static final int MAX_NAMES_SHOWN = 10;

  private final ModelRepository repository;
  private final ModelLoader models;
  private final CatalogLimits limits;
  private final ServingMonitor monitor;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile CatalogSnapshot snapshot = CatalogSnapshot.EMPTY;
  private volatile Optional<String> problem = Optional.empty();

  public CatalogContents(
      ModelRepository repository,
      ModelLoader models,
      CatalogLimits limits,
      ServingMonitor monitor) {
    this.repository = requireNonNull(repository, "repository is null");
    this.models = requireNonNull(models, "models is null");
    this.limits = requireNonNull(limits, "limits is null");
    this.monitor = requireNonNull(monitor, "monitor is null");
  }

  /** Runs {@code listener} on the loader thread after every change. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  CatalogSnapshot snapshot() {
    return snapshot;
  }

  Optional<String> problem() {
    return problem;
  }

  Optional<ModelLease> tryLease(String model, long version) {
    CatalogSnapshot now = snapshot;
    return (version == 0 ? now.versions(model).stream() : now.find(model, version).stream())
        .flatMap(entry -> entry.served().stream())
        .filter(ServedModel::hold)
        .findFirst()
        .map(ModelLease::new);
  }

  Optional<VersionEntry> entry(String model, long version) {
    CatalogSnapshot now = snapshot;
    if (version > 0) {
      return now.find(model, version);
    }
    return now.versions(model).stream()
        .filter(entry -> entry.state() instanceof Ready)
        .findFirst()
        .or(() -> now.versions(model).stream().findFirst());
  }

  VersionEntry demandEntry(String model, long version) {
    refreshModel(model);
    return entry(model, version).orElseThrow(() -> absent(model, version));
  }

  /**
   * The version may have been published since the last look, or be one that is loaded only when
   * asked for.
   */
  ModelLease demand(String model, long version) {
    Optional<ModelLease> open = tryLease(model, version);
    if (open.isPresent()) {
      return open.get();
    }
    refreshModel(model);
    snapshot
        .find(model, version)
        .filter(entry -> entry.state() instanceof Available)
        .ifPresent(this::load);
    Optional<ModelLease> lease = tryLease(model, version);
    keepWithinLimits();
    return lease.orElseThrow(() -> refusal(model, version));
  }

  /** Looks at the repository, loads what is new, retires what is gone. For the loader thread. */
  public void refresh() {
    try {
      if (!Files.isDirectory(repository.root())) {
        throw RequestException.of(
            Kind.FAILED_PRECONDITION,
            "the model repository " + repository.root() + " is not a directory");
      }
      Set<String> present = new HashSet<>(repository.models());
      snapshot.models().stream()
          .filter(model -> !present.contains(model))
          .forEach(this::refreshModel);
      present.stream().sorted().forEach(this::refreshModel);
      report(Optional.empty());
    } catch (RequestException e) {
      // what is loaded goes on serving: a file system that is away for a moment takes no model down
      report(Optional.of(e.getMessage()));
    }
  }

  private void report(Optional<String> found) {
    if (!found.equals(problem)) {
      found.ifPresentOrElse(LOG::warn, () -> LOG.info("the model repository can be read again"));
      problem = found;
      listeners.forEach(Runnable::run);
    }
  }

  void retireAll() {
    snapshot.entries().toList().forEach(this::remove);
  }

  private void refreshModel(String model) {
    List<Long> versions = repository.versions(model).reversed();
    snapshot.versions(model).stream()
        .filter(entry -> !versions.contains(entry.version()))
        .toList()
        .forEach(this::remove);
    int ready = 0;
    for (long version : versions) {
      VersionEntry entry = look(model, version);
      if (ready < limits.newestVersions() && entry.state() instanceof Available) {
        entry = load(entry);
      }
      if (entry.state() instanceof Ready) {
        ready++;
      }
    }
    keepWithinLimits();
  }

  /** The entry of a version, read anew when its files are not those of the last look. */
  private VersionEntry look(String model, long version) {
    Optional<VersionEntry> known = snapshot.find(model, version);
    Fingerprint fingerprint =
        Fingerprint.of(repository.root().resolve(model).resolve(Long.toString(version)));
    if (known.isPresent() && known.get().fingerprint().equals(fingerprint)) {
      return known.get();
    }
    VersionEntry fresh = read(model, version, fingerprint);
    if (known.isPresent() && known.get().state() instanceof Ready(ServedModel old)) {
      VersionEntry loaded = fresh.state() instanceof Available ? opened(fresh) : fresh;
      if (loaded.state() instanceof Failed(String reason)) {
        LOG.warnf(
            "the files of %s/%d changed and are not usable; the loaded ones go on serving: %s",
            model, version, reason);
        return put(new VersionEntry(known.get().manifest(), fingerprint, known.get().state()));
      }
      put(loaded);
      old.release();
      return loaded;
    }
    return put(fresh);
  }

  private VersionEntry read(String model, long version, Fingerprint fingerprint) {
    try {
      return new VersionEntry(
          repository.read(model, version).manifest(), fingerprint, new Available());
    } catch (RequestException e) {
      LOG.warnf("%s/%d is not served: %s", model, version, e.getMessage());
      return new VersionEntry(
          Manifest.newBuilder().setModel(model).setVersion(version).build(),
          fingerprint,
          new Failed(e.getMessage()));
    }
  }

  private VersionEntry load(VersionEntry entry) {
    put(entry.with(new Loading()));
    return put(opened(entry));
  }

  private VersionEntry opened(VersionEntry entry) {
    long start = System.nanoTime();
    VersionState state = stateOf(entry);
    long nanos = System.nanoTime() - start;
    monitor.loaded(entry.model(), state instanceof Ready, nanos);
    if (state instanceof Failed(String reason)) {
      LOG.warnf("%s/%d is not served: %s", entry.model(), entry.version(), reason);
    } else {
      LOG.infof("loaded %s/%d in %d ms", entry.model(), entry.version(), nanos / 1_000_000);
    }
    return entry.with(state);
  }

  private VersionState stateOf(VersionEntry entry) {
    try {
      StoredModel stored = repository.read(entry.model(), entry.version());
      return new Ready(models.load(stored));
    } catch (ModelRejectedException | RequestException e) {
      return new Failed(e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.errorf(e, "loading %s/%d", entry.model(), entry.version());
      return new Failed("it could not be loaded: " + e.getClass().getSimpleName());
    }
  }

  /** Closes the on-demand versions unused for longest, beyond the limit. */
  private void keepWithinLimits() {
    List<VersionEntry> onDemand =
        snapshot.models().stream()
            .flatMap(
                model ->
                    snapshot.versions(model).stream()
                        .filter(entry -> entry.state() instanceof Ready)
                        .skip(limits.newestVersions()))
            .sorted(Comparator.comparingLong(CatalogContents::sinceUse))
            .toList();
    onDemand.stream()
        .skip(limits.onDemandVersions())
        .forEach(
            entry -> {
              put(entry.with(new Available()));
              retire(entry);
            });
  }

  private static long sinceUse(VersionEntry entry) {
    return entry.state() instanceof Ready(ServedModel served)
        ? System.nanoTime() - served.lastUsed()
        : Long.MAX_VALUE;
  }

  private void remove(VersionEntry entry) {
    publish(snapshot.without(entry));
    retire(entry);
  }

  private static void retire(VersionEntry entry) {
    if (entry.state() instanceof Ready(ServedModel served)) {
      served.release();
    }
  }

  private VersionEntry put(VersionEntry entry) {
    publish(snapshot.with(entry));
    return entry;
  }

  private void publish(CatalogSnapshot next) {
    snapshot = next;
    listeners.forEach(Runnable::run);
  }

  private RequestException refusal(String model, long version) {
    Optional<VersionEntry> entry = entry(model, version);
    if (entry.isPresent() && entry.get().state() instanceof Failed(String reason)) {
      return RequestException.of(
          Kind.FAILED_PRECONDITION,
          "model %s/%d cannot serve: %s".formatted(model, entry.get().version(), reason));
    }
    return absent(model, version);
  }

  private RequestException absent(String model, long version) {
    CatalogSnapshot now = snapshot;
    if (now.versions(model).isEmpty()) {
      return RequestException.notFound(
          "model %s in the repository; there %s"
              .formatted(model, shown(List.copyOf(now.models()))));
    }
    return RequestException.notFound(
        "version %d of model %s; there %s"
            .formatted(
                version,
                model,
                shown(
                    now.versions(model).stream()
                        .map(entry -> Long.toString(entry.version()))
                        .toList())));
  }

  private static String shown(List<String> names) {
    if (names.isEmpty()) {
      return "are none";
    }
    return (names.size() == 1 ? "is " : "are ")
        + names.stream().limit(MAX_NAMES_SHOWN).collect(Collectors.joining(", "))
        + (names.size() > MAX_NAMES_SHOWN
            ? " and " + (names.size() - MAX_NAMES_SHOWN) + " more"
            : "");
  }
}
