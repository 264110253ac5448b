package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.model.VersionChoice.Aliased;
import dev.parallax.embedding.model.VersionChoice.Numbered;
import dev.parallax.embedding.model.VersionChoice.Traffic;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import java.util.regex.Pattern;

/**
 * A model and which version of it.
 *
 * @param model a valid name
 */
public record ModelQuery(String model, VersionChoice version) {
  private static final int MAX_KEY_CHARS = 1024;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /**
   * @throws RequestException INVALID_ARGUMENT for a name that cannot be
   */
  public ModelQuery {
    Names.model("model.model", model);
    requireNonNull(version, "version is null");
  }

  /**
   * From a contract with numbers.
   *
   * @param model a name, or {@code name@alias}
   * @param version 0: what takes the traffic
   * @throws RequestException INVALID_ARGUMENT
   */
  public static ModelQuery of(String model, long version) {
    return of(model, version, "", "");
  }

  /**
   * From a contract with texts.
   *
   * @param model a name, or {@code name@alias}
   * @param version a number, an alias, or empty: what takes the traffic
   * @throws RequestException INVALID_ARGUMENT
   */
  public static ModelQuery of(String model, String version) {
    return version.isEmpty() || NUMBER.matcher(version).matches()
        ? of(model, version.isEmpty() ? 0 : Long.parseLong(version), "", "")
        : of(model, 0, version, "");
  }

  /**
   * @param model a name, or {@code name@alias} where {@code alias} is empty
   * @param version 0: the alias, or what takes the traffic
   * @param alias empty: none
   * @param routingKey empty: calls take turns
   * @throws RequestException INVALID_ARGUMENT
   */
  public static ModelQuery of(String model, long version, String alias, String routingKey) {
    int at = model.indexOf('@');
    if (at >= 0 && alias.isEmpty()) {
      return of(model.substring(0, at), version, aliasOf(model, at), routingKey);
    }
    if (version < 0) {
      throw RequestException.invalid("model.version", version, "0 (the newest) or more");
    }
    if (routingKey.length() > MAX_KEY_CHARS) {
      throw RequestException.invalidBecause(
          "model.routing_key",
          "model.routing_key has %d characters; allowed: at most %d"
              .formatted(routingKey.length(), MAX_KEY_CHARS));
    }
    if (alias.isEmpty()) {
      return new ModelQuery(model, version == 0 ? new Traffic(routingKey) : new Numbered(version));
    }
    if (version > 0) {
      throw RequestException.invalid(
          "model.version", version, "0 beside the alias \"" + alias + "\"");
    }
    return new ModelQuery(model, new Aliased(Names.alias("model.alias", alias)));
  }

  private static String aliasOf(String model, int at) {
    return Names.alias("model.alias", model.substring(at + 1));
  }
}
