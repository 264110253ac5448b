package dev.parallax.embedding.app;

import dev.parallax.embedding.s3.S3Clients;
import dev.parallax.embedding.s3.S3Location;
import dev.parallax.embedding.s3.S3Mirror;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.startup.StartupException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where models are read from: the directory of the settings, or the one that mirrors a repository
 * in S3.
 *
 * @param mirror empty: the repository is a directory
 */
record Repositories(ModelRepository local, Optional<S3Mirror> mirror) {
  /**
   * @throws StartupException one line, for settings that cannot be
   */
  static Repositories of(EmbeddingSettings settings) {
    if (!S3Location.isMeant(settings.repository())) {
      return new Repositories(
          new ModelRepository(Path.of(settings.repository())), Optional.empty());
    }
    S3Location location;
    try {
      location = S3Location.parse(settings.repository());
    } catch (IllegalArgumentException e) {
      throw new StartupException("in the settings parallax.embedding: " + e.getMessage(), e);
    }
    ModelRepository cache = new ModelRepository(settings.s3().cache());
    return new Repositories(
        cache,
        Optional.of(
            new S3Mirror(
                S3Clients.open(
                    settings.s3().endpoint(), settings.s3().region(), settings.s3().pathStyle()),
                location,
                cache,
                settings.s3().maxCacheBytes().asLongValue())));
  }
}
