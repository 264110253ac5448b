package dev.parallax.embedding.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Entry of the process: a start that fails ends with one line and exit code 1. */
@QuarkusMain
public final class EmbeddingMain {
  private EmbeddingMain() {}

  public static void main(String... args) {
    Quarkus.run(
        null,
        (code, failure) -> {
          if (failure != null) {
            System.err.println(
                "the embedding service cannot start: " + StartupFailures.line(failure));
          }
          System.exit(code);
        },
        args);
  }
}
