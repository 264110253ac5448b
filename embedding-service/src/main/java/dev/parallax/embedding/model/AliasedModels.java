package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.jboss.logging.Logger;

/**
 * The aliases of every model as they stood at the last look, and whose turn it is. Choosing is
 * thread-safe; everything else belongs to the loader thread.
 */
final class AliasedModels {
  private static final Logger LOG = Logger.getLogger(AliasedModels.class);

  private final ModelRepository repository;
  private final Map<String, Seen> models = new ConcurrentHashMap<>();

  /**
   * @param turns counts the calls that named neither version nor key
   */
  private record Seen(String fingerprint, ModelAliases aliases, AtomicLong turns) {}

  AliasedModels(ModelRepository repository) {
    this.repository = requireNonNull(repository, "repository is null");
  }

  ModelAliases of(String model) {
    Seen seen = models.get(model);
    return seen == null ? ModelAliases.NONE : seen.aliases;
  }

  /**
   * Which version takes a call that names none.
   *
   * @param ready versions that answer now
   * @return empty: the newest that is ready
   * @throws RequestException FAILED_PRECONDITION when the aliases cannot be read
   */
  OptionalLong route(String model, String routingKey, LongPredicate ready) {
    Seen seen = models.get(model);
    if (seen == null) {
      return OptionalLong.empty();
    }
    seen.aliases.requireReadable();
    long turn = routingKey.isEmpty() ? seen.turns.getAndIncrement() : 0;
    // a canary that cannot answer costs no call
    Optional<Long> canary =
        seen.aliases.canaryVersion(routingKey, turn).filter(version -> ready.test(version));
    return canary
        .or(seen.aliases::stableVersion)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** Reads the aliases of a model anew when their file has changed. */
  void look(String model) {
    String fingerprint = Fingerprint.ofFile(repository.aliasFile(model));
    Seen known = models.get(model);
    if (known == null
        ? fingerprint.equals(Fingerprint.ABSENT)
        : known.fingerprint.equals(fingerprint)) {
      return;
    }
    put(model, fingerprint, read(model, known));
  }

  private ModelAliases read(String model, Seen known) {
    try {
      return ModelAliases.of(repository.aliases(model));
    } catch (RequestException e) {
      if (known != null) {
        LOG.warnf("the aliases of %s stay as they were: %s", model, e.getMessage());
        return known.aliases;
      }
      LOG.warn(e.getMessage());
      return ModelAliases.damaged(e.getMessage());
    }
  }

  /**
   * Stores the aliases of a model; they hold from now on.
   *
   * @throws RequestException as {@link ModelRepository#writeAliases}
   */
  void write(String model, ModelAliases aliases) {
    repository.writeAliases(model, aliases.stored());
    put(model, Fingerprint.ofFile(repository.aliasFile(model)), aliases);
  }

  private void put(String model, String fingerprint, ModelAliases aliases) {
    Seen known = models.get(model);
    if (aliases.isEmpty() && fingerprint.equals(Fingerprint.ABSENT)) {
      models.remove(model);
    } else {
      models.put(
          model, new Seen(fingerprint, aliases, known == null ? new AtomicLong() : known.turns));
    }
  }

  void forget(String model) {
    models.remove(model);
  }
}
