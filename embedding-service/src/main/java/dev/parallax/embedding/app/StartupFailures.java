package dev.parallax.embedding.app;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;

/** A failed start in one line. */
final class StartupFailures {
  private StartupFailures() {}

  static String line(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof QuarkusBindException)) {

      root = root.getCause();
    }
    String text =
        switch (root) {
          case QuarkusBindException e ->
              "port %d on %s is in use by another process or not ours to have"
                  .formatted(e.getPort(), e.getHost());
          case IllegalStateException e -> e.getMessage();
          case IllegalArgumentException e -> e.getMessage();
          case ConfigurationException e -> e.getMessage();
          case ConfigValidationException e -> e.getMessage();
          default -> root.getClass().getSimpleName() + ": " + root.getMessage();
        };
    return String.valueOf(text).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
