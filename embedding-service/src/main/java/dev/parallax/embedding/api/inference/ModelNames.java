package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.model.VersionChoice;
import dev.parallax.embedding.model.VersionChoice.Aliased;
import dev.parallax.embedding.model.VersionChoice.Numbered;
import dev.parallax.embedding.model.VersionChoice.Traffic;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import java.util.regex.Pattern;

/**
 * Models and versions as the protocol names them, with refusals under the protocol's own fields.
 */
public final class ModelNames {
  private static final Pattern NUMBER = Pattern.compile("0*[1-9][0-9]{0,17}");

  private ModelNames() {}

  /**
   * @param nameField what the message calls the name
   * @param name that of a model, or {@code name@alias}
   * @param versionField what the message calls the version
   * @param version a number, an alias, or empty: what takes the traffic
   * @throws RequestException INVALID_ARGUMENT
   */
  public static ModelQuery query(
      String nameField, String name, String versionField, String version) {
    int at = name.indexOf('@');
    String model = Names.model(nameField, at < 0 ? name : name.substring(0, at));
    if (at < 0) {
      return new ModelQuery(model, choice(versionField, version));
    }
    if (!version.isEmpty()) {
      throw RequestException.invalid(versionField, version, "empty beside " + name);
    }
    return new ModelQuery(model, new Aliased(Names.alias(nameField, name.substring(at + 1))));
  }

  private static VersionChoice choice(String field, String version) {
    if (version.isEmpty()) {
      return new Traffic("");
    }
    if (NUMBER.matcher(version).matches()) {
      return new Numbered(Long.parseLong(version));
    }
    if (Character.isAlphabetic(version.codePointAt(0))) {
      return new Aliased(Names.alias(field, version));
    }
    throw RequestException.invalid(
        field, version, "a number of 1 or more, an alias, or empty for what takes the traffic");
  }
}
