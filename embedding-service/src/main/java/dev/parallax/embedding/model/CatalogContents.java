package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.ModelRepository;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What {@link ModelCatalog} knows. Reading is thread-safe; everything else belongs to the loader
 * thread.
 */
public final class CatalogContents {
  private static final Logger LOG = Logger.getLogger(CatalogContents.class);

  private final StoredVersions stored;
  private final ModelControl control;
  private final CatalogLimits limits;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean memoryWasFreed = new AtomicBoolean();
  private volatile CatalogSnapshot snapshot = CatalogSnapshot.EMPTY;
  private volatile Optional<String> problem = Optional.empty();

  public CatalogContents(
      ModelRepository repository,
      ModelLoader models,
      ModelControl control,
      CatalogLimits limits,
      ServingMonitor monitor) {
    this.stored = new StoredVersions(repository, models, monitor);
    this.control = requireNonNull(control, "control is null");
    this.limits = requireNonNull(limits, "limits is null");
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
    return entry(model, version)
        .orElseThrow(() -> CatalogRefusals.absent(snapshot, model, version));
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
        .ifPresent(this::open);
    Optional<ModelLease> lease = tryLease(model, version);
    keepWithinLimits();
    return lease.orElseThrow(
        () -> CatalogRefusals.of(snapshot, entry(model, version), model, version));
  }

  /**
   * Opens the newest versions of a model, also those that were unloaded or have failed before.
   *
   * @return the newest version, ready
   */
  VersionEntry load(String model) {
    Map<Long, Fingerprint> files = stored.files(model);
    if (files.isEmpty()) {
      refreshModel(model);
      throw CatalogRefusals.absent(snapshot, model, 0);
    }
    control.load(model);
    snapshot
        .versions(model)
        .forEach(
            entry -> {
              if (entry.state() instanceof Failed) {
                put(entry.with(new Unloaded()));
              }
            });
    refreshModel(model);
    VersionEntry newest =
        snapshot.versions(model).stream()
            .findFirst()
            .orElseThrow(() -> CatalogRefusals.absent(snapshot, model, 0));
    if (newest.state() instanceof Failed(String reason)) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "model %s/%d cannot serve: %s%s"
              .formatted(model, newest.version(), reason, fallback(model)));
    }
    return newest;
  }

  private String fallback(String model) {
    return snapshot.versions(model).stream()
        .filter(entry -> entry.state() instanceof Ready)
        .findFirst()
        .map(entry -> "; %s/%d serves".formatted(model, entry.version()))
        .orElse("");
  }

  /**
   * Closes every version of a model.
   *
   * @return what was open, to be closed by its last lease
   */
  List<ServedModel> unload(String model) {
    List<VersionEntry> entries = List.copyOf(snapshot.versions(model));
    Map<Long, Fingerprint> files = stored.files(model);
    if (entries.isEmpty() && files.isEmpty()) {
      throw CatalogRefusals.absent(snapshot, model, 0);
    }
    control.unload(model, files);
    entries.forEach(entry -> put(entry.with(new Unloaded())));
    entries.forEach(CatalogContents::retire);
    refreshModel(model);
    return entries.stream().flatMap(entry -> entry.served().stream()).toList();
  }

  /** Looks at the repository, loads what is new, retires what is gone. For the loader thread. */
  public void refresh() {
    try {
      Set<String> present = new HashSet<>(stored.models());
      snapshot.models().stream()
          .filter(model -> !present.contains(model))
          .forEach(this::refreshModel);
      present.stream().sorted().forEach(this::refreshModel);
      report(Optional.empty());
    } catch (RequestException e) {
      // what is loaded goes on serving: a file system that is away for a moment takes no model down
      report(Optional.of(e.getMessage()));
    }
    returnMemory();
  }

  /** Gives the memory of closed sessions back to the system. */
  void returnMemory() {
    if (memoryWasFreed.getAndSet(false)) {
      NativeMemory.trim();
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
    Map<Long, Fingerprint> files = stored.files(model);
    if (control.follows(model, files)) {
      follow(model, files);
    } else {
      note(model, files);
    }
    keepWithinLimits();
  }

  /** Opens what is new, closes what is gone. */
  private void follow(String model, Map<Long, Fingerprint> files) {
    absentFrom(files, model).forEach(this::remove);
    int ready = 0;
    for (Map.Entry<Long, Fingerprint> file : files.entrySet()) {
      VersionEntry entry = look(model, file.getKey(), file.getValue());
      if (ready < limits.newestVersions() && entry.state() instanceof Available) {
        entry = open(entry);
      }
      if (entry.state() instanceof Ready) {
        ready++;
      }
    }
  }

  /** Lists what is there; opens and closes nothing. */
  private void note(String model, Map<Long, Fingerprint> files) {
    absentFrom(files, model)
        .filter(entry -> !(entry.state() instanceof Ready))
        .toList()
        .forEach(this::remove);
    files.forEach(
        (version, fingerprint) -> {
          Optional<VersionEntry> known = snapshot.find(model, version);
          boolean open = known.filter(entry -> entry.state() instanceof Ready).isPresent();
          if (!open && !known.map(VersionEntry::fingerprint).equals(Optional.of(fingerprint))) {
            put(stored.read(model, version, fingerprint, new Unloaded()));
          }
        });
  }

  private Stream<VersionEntry> absentFrom(Map<Long, Fingerprint> files, String model) {
    return List.copyOf(snapshot.versions(model)).stream()
        .filter(entry -> !files.containsKey(entry.version()));
  }

  /** The entry of a version, read anew when its files are not those of the last look. */
  private VersionEntry look(String model, long version, Fingerprint fingerprint) {
    Optional<VersionEntry> known = snapshot.find(model, version);
    if (known.isPresent()
        && known.get().fingerprint().equals(fingerprint)
        && !(known.get().state() instanceof Unloaded)) {
      return known.get();
    }
    VersionEntry fresh = stored.read(model, version, fingerprint, new Available());
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

  private VersionEntry open(VersionEntry entry) {
    put(entry.with(new Loading()));
    return put(opened(entry));
  }

  private VersionEntry opened(VersionEntry entry) {
    VersionEntry opened = stored.open(entry);
    opened.served().ifPresent(served -> served.onClose(() -> memoryWasFreed.set(true)));
    return opened;
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
}
