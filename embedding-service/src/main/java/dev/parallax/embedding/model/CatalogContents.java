package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.VersionChoice.Aliased;
import dev.parallax.embedding.model.VersionChoice.Numbered;
import dev.parallax.embedding.model.VersionChoice.Traffic;
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
import java.util.OptionalLong;
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
  private final AliasedModels aliases;
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
    this.aliases = new AliasedModels(repository);
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

  private Optional<VersionEntry> entry(String model, long version) {
    CatalogSnapshot now = snapshot;
    if (version > 0) {
      return now.find(model, version);
    }
    return now.versions(model).stream()
        .filter(entry -> entry.state() instanceof Ready)
        .findFirst()
        .or(() -> now.versions(model).stream().findFirst());
  }

  /**
   * The version that a query means; takes a turn where calls take turns.
   *
   * @return 0: the newest that is ready; empty when that takes a look at the repository
   * @throws RequestException FAILED_PRECONDITION when the aliases cannot be read
   */
  OptionalLong resolve(ModelQuery query) {
    CatalogSnapshot now = snapshot;
    String model = query.model();
    return switch (query.version()) {
      case Numbered(long version) -> OptionalLong.of(version);
      case Aliased(String alias) -> aliased(model, alias);
      case Traffic(_) when now.versions(model).isEmpty() -> OptionalLong.empty();
      case Traffic(String key) -> {
        OptionalLong routed =
            aliases.route(
                model,
                key,
                version -> now.find(model, version).flatMap(VersionEntry::served).isPresent());
        yield OptionalLong.of(routed.orElse(0));
      }
    };
  }

  private OptionalLong aliased(String model, String alias) {
    ModelAliases known = aliases.of(model);
    known.requireReadable();
    return known
        .find(alias)
        .map(found -> OptionalLong.of(found.version()))
        .orElse(OptionalLong.empty());
  }

  /** As {@link #resolve}, but nobody's turn: a canary is met only by its name or number. */
  private OptionalLong described(ModelQuery query) {
    return query.version() instanceof Traffic
        ? OptionalLong.of(aliases.of(query.model()).stableVersion().orElse(0L))
        : resolve(query);
  }

  Optional<VersionEntry> entry(ModelQuery query) {
    OptionalLong version = described(query);
    return version.isPresent() ? entry(query.model(), version.getAsLong()) : Optional.empty();
  }

  VersionEntry demandEntry(ModelQuery query) {
    refreshModel(query.model());
    return entry(query)
        .orElseThrow(
            () ->
                CatalogRefusals.absent(
                    snapshot,
                    query.model(),
                    described(query).orElseThrow(() -> absentAlias(query))));
  }

  private RequestException absentAlias(ModelQuery query) {
    return CatalogRefusals.absentAlias(snapshot, aliases.of(query.model()), query);
  }

  /** As {@link #demand(String, long)}, for a query that takes a look at the repository. */
  ModelLease demand(ModelQuery query) {
    refreshModel(query.model());
    OptionalLong version = resolve(query);
    if (version.isEmpty() && query.version() instanceof Traffic) {
      throw CatalogRefusals.absent(snapshot, query.model(), 0);
    }
    return demand(query.model(), version.orElseThrow(() -> absentAlias(query)));
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

  ModelAliases aliases(String model) {
    refreshModel(model);
    if (snapshot.versions(model).isEmpty()) {
      throw CatalogRefusals.absent(snapshot, model, 0);
    }
    aliases.of(model).requireReadable();
    return aliases.of(model);
  }

  /** Points an alias at a version that is ready, or opens for it. */
  ModelAlias setAlias(String model, ModelAlias alias) {
    ModelAliases next = aliases(model).with(alias);
    next.check();
    ModelLease lease = demand(model, alias.version());
    try {
      aliases.write(model, next);
    } finally {
      lease.close();
    }
    LOG.infof(
        "%s@%s is version %d%s",
        model,
        alias.name(),
        alias.version(),
        alias.trafficPercent() > 0 ? " with " + alias.trafficPercent() + " % of the calls" : "");
    keepWithinLimits();
    listeners.forEach(Runnable::run);
    return alias;
  }

  ModelAliases deleteAlias(String model, String name) {
    ModelAliases now = aliases(model);
    if (now.find(name).isEmpty()) {
      throw CatalogRefusals.absentAlias(snapshot, now, new ModelQuery(model, new Aliased(name)));
    }
    aliases.write(model, now.without(name));
    LOG.infof("%s@%s is no more", model, name);
    keepWithinLimits();
    return aliases.of(model);
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
    aliases.look(model);
    Map<Long, Fingerprint> files = stored.files(model);
    if (control.follows(model, files)) {
      follow(model, files);
    } else {
      note(model, files);
    }
    if (files.isEmpty() && snapshot.versions(model).isEmpty()) {
      aliases.forget(model);
      stored.refuseForeign(model);
    }
    keepWithinLimits();
  }

  /** Opens what is new and what has an alias, closes what is gone. */
  private void follow(String model, Map<Long, Fingerprint> files) {
    absentFrom(files, model).forEach(this::remove);
    Set<Long> pinned = aliases.of(model).versions();
    int ready = 0;
    for (Map.Entry<Long, Fingerprint> file : files.entrySet()) {
      VersionEntry entry = look(model, file.getKey(), file.getValue());
      boolean opens = ready < limits.newestVersions() || pinned.contains(entry.version());
      if (opens && entry.state() instanceof Available) {
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
                        .skip(limits.newestVersions())
                        .filter(entry -> !aliases.of(model).versions().contains(entry.version())))
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
