package dev.parallax.embedding.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.model.v1.Alias;
import dev.parallax.model.v1.Aliases;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.ModelRepository;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** The aliases of one model, by name; immutable. */
public final class ModelAliases {
  /** Takes the calls that name no version. */
  public static final String STABLE = "stable";

  /** Takes a share of them. */
  public static final String CANARY = "canary";

  static final ModelAliases NONE = new ModelAliases(new TreeMap<>(), Optional.empty());

  private static final int PERCENT = 100;
  // shares of keys are exact to a hundredth of a percent of the hash's range
  private static final long KEY_BUCKETS = 10_000;

  private final SortedMap<String, ModelAlias> byName;
  private final Optional<String> damage;

  private ModelAliases(SortedMap<String, ModelAlias> byName, Optional<String> damage) {
    this.byName = Collections.unmodifiableSortedMap(byName);
    this.damage = damage;
  }

  static ModelAliases of(Aliases stored) {
    SortedMap<String, ModelAlias> byName = new TreeMap<>();
    for (Alias alias : stored.getAliasesList()) {
      byName.put(
          alias.getName(),
          new ModelAlias(alias.getName(), alias.getVersion(), alias.getTrafficPercent()));
    }
    return new ModelAliases(byName, Optional.empty());
  }

  /** Aliases that cannot be read: calls that need them fail rather than get another version. */
  static ModelAliases damaged(String reason) {
    return new ModelAliases(new TreeMap<>(), Optional.of(reason));
  }

  Aliases stored() {
    Aliases.Builder stored = Aliases.newBuilder();
    for (ModelAlias alias : byName.values()) {
      stored.addAliases(
          Alias.newBuilder()
              .setName(alias.name())
              .setVersion(alias.version())
              .setTrafficPercent(alias.trafficPercent()));
    }
    return stored.build();
  }

  /**
   * @throws RequestException INVALID_ARGUMENT for aliases that cannot be stored
   */
  void check() {
    ModelRepository.checkAliases(stored());
  }

  ModelAliases with(ModelAlias alias) {
    SortedMap<String, ModelAlias> next = new TreeMap<>(byName);
    next.put(alias.name(), alias);
    return new ModelAliases(next, Optional.empty());
  }

  ModelAliases without(String name) {
    SortedMap<String, ModelAlias> next = new TreeMap<>(byName);
    next.remove(name);
    return new ModelAliases(next, Optional.empty());
  }

  /** By name. */
  public Collection<ModelAlias> all() {
    return byName.values();
  }

  public Optional<ModelAlias> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  boolean isEmpty() {
    return byName.isEmpty() && damage.isEmpty();
  }

  /** Versions that an alias stands for. */
  Set<Long> versions() {
    return byName.values().stream().map(ModelAlias::version).collect(Collectors.toSet());
  }

  /**
   * @throws RequestException FAILED_PRECONDITION when the aliases cannot be read
   */
  void requireReadable() {
    damage.ifPresent(
        reason -> {
          throw RequestException.of(Kind.FAILED_PRECONDITION, reason);
        });
  }

  /** The version of {@code stable}; empty: the newest that is ready. */
  Optional<Long> stableVersion() {
    return find(STABLE).map(ModelAlias::version);
  }

  /**
   * The version of {@code canary}, when the call that took this turn is one of its share.
   *
   * @param routingKey decides alone when it is not empty; a share that grows keeps the keys it had
   * @param turn counts the calls without a key; of any 100 in a row exactly the share is taken,
   *     evenly spread
   */
  Optional<Long> canaryVersion(String routingKey, long turn) {
    return find(CANARY)
        .filter(
            canary ->
                routingKey.isEmpty()
                    ? isTurn(canary.trafficPercent(), turn)
                    : bucket(routingKey) < canary.trafficPercent() * (KEY_BUCKETS / PERCENT))
        .map(ModelAlias::version);
  }

  private static boolean isTurn(int percent, long turn) {
    long inCycle = Math.floorMod(turn, (long) PERCENT);
    return (inCycle + 1) * percent / PERCENT > inCycle * percent / PERCENT;
  }

  private static long bucket(String routingKey) {
    CRC32 hash = new CRC32();
    hash.update(routingKey.getBytes(UTF_8));
    return hash.getValue() % KEY_BUCKETS;
  }
}
