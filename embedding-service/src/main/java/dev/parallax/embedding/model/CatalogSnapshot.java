package dev.parallax.embedding.model;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Every version of every model at one moment; immutable. */
public final class CatalogSnapshot {
  static final CatalogSnapshot EMPTY = new CatalogSnapshot(new TreeMap<>());

  private final SortedMap<String, NavigableMap<Long, VersionEntry>> models;

  private CatalogSnapshot(SortedMap<String, NavigableMap<Long, VersionEntry>> models) {
    this.models = models;
  }

  public Collection<String> models() {
    return Collections.unmodifiableSet(models.keySet());
  }

  /** Newest first; empty for a model that is not there. */
  public Collection<VersionEntry> versions(String model) {
    NavigableMap<Long, VersionEntry> versions = models.get(model);
    return versions == null
        ? java.util.List.of()
        : Collections.unmodifiableCollection(versions.descendingMap().values());
  }

  public Optional<VersionEntry> find(String model, long version) {
    return Optional.ofNullable(models.get(model)).map(versions -> versions.get(version));
  }

  /** By model, newest version first. */
  public Stream<VersionEntry> entries() {
    return models.values().stream().flatMap(versions -> versions.descendingMap().values().stream());
  }

  CatalogSnapshot with(VersionEntry entry) {
    return changed(entry.model(), versions -> versions.put(entry.version(), entry));
  }

  CatalogSnapshot without(VersionEntry entry) {
    return changed(entry.model(), versions -> versions.remove(entry.version()));
  }

  private CatalogSnapshot changed(String model, Consumer<NavigableMap<Long, VersionEntry>> change) {
    SortedMap<String, NavigableMap<Long, VersionEntry>> next = new TreeMap<>(models);
    NavigableMap<Long, VersionEntry> versions =
        new TreeMap<>(models.getOrDefault(model, new TreeMap<>()));
    change.accept(versions);
    if (versions.isEmpty()) {
      next.remove(model);
    } else {
      next.put(model, versions);
    }
    return new CatalogSnapshot(next);
  }
}
