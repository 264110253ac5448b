package dev.parallax.platform.database;

import dev.parallax.platform.startup.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * Migrations by name: nothing has to search the class path, which packaging may have rearranged.
 */
final class Migrations implements ResourceProvider {
  private final List<LoadableResource> scripts;

  Migrations(List<String> names) {
    scripts = names.stream().<LoadableResource>map(Script::load).toList();
  }

  @Override
  public LoadableResource getResource(String name) {
    return scripts.stream()
        .filter(script -> script.getRelativePath().equals(name))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return scripts.stream()
        .filter(script -> script.getFilename().startsWith(prefix))
        .filter(script -> Arrays.stream(suffixes).anyMatch(script.getFilename()::endsWith))
        .toList();
  }

  private static final class Script extends LoadableResource {
    private final String name;
    private final String sql;

    private Script(String name, String sql) {
      this.name = name;
      this.sql = sql;
    }

    static Script load(String name) {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      try (InputStream in = loader.getResourceAsStream(name)) {
        if (in == null) {
          throw new StartupException("the migration " + name + " is missing from the program");
        }
        return new Script(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new StartupException("the migration " + name + " cannot be read", e);
      }
    }

    @Override
    public Reader read() {
      return new StringReader(sql);
    }

    @Override
    public String getAbsolutePath() {
      return name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return name;
    }

    @Override
    public String getFilename() {
      return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
