package dev.parallax.eval.api;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings of the eval service; as environment variables PARALLAX_EVAL_…. */
@ConfigMapping(prefix = "parallax.eval")
public interface EvalSettings {
  /** Directory of the database and of cached features. */
  @WithDefault("${parallax.home}/eval")
  Path home();

  /** Evaluations that run at once, 1 or more. */
  @WithDefault("1")
  int slots();

  /** Evaluations that may wait for a slot, 1 or more; further ones are refused. */
  @WithDefault("100")
  int maxQueued();

  /** Threads that compute, shared by all evaluations; one per core where it is not set. */
  OptionalInt threads();

  /**
   * Bearer token that callers must present, 16 characters or more; nobody is asked where it is not
   * set.
   */
  Optional<String> token();

  /** Where evaluations are kept. */
  DatabaseSettings database();

  /** The embedding service. */
  EmbeddingSettings embedding();

  /** Features of images. */
  FeatureSettings features();

  /** An H2 file in {@link #home} where no URL is set. */
  interface DatabaseSettings {
    /** jdbc:postgresql:… or jdbc:h2:…. */
    Optional<String> url();

    Optional<String> user();

    Optional<String> password();
  }

  /** How the embedding service is called. */
  interface EmbeddingSettings {
    /** Host and port, or a gRPC name such as dns:///embedding:8001. */
    @WithDefault("127.0.0.1:8001")
    String target();

    /** Bearer token to present. */
    Optional<String> token();

    /** Whether to speak TLS. */
    @WithDefault("false")
    boolean tls();

    /** PEM file of the authorities to trust; those of the JVM where it is not set. */
    Optional<Path> trustCertificates();

    /** Requests sent and not yet answered, 1 to 64. */
    @WithDefault("4")
    int inFlight();

    /** Most images of a request, 1 to 1024; not more than the embedding service takes. */
    @WithDefault("64")
    int batchImages();

    /**
     * Largest image that is sent; with 4 MiB on top it must fit into a message of the embedding
     * service.
     */
    @WithDefault("11M")
    MemorySize maxImageBytes();

    /** Longest wait for an answer while requests are in flight. */
    @WithDefault("120s")
    Duration answerTimeout();

    /** Longest time without any answer, counted over all attempts, before an evaluation fails. */
    @WithDefault("120s")
    Duration retryFor();
  }

  /** Features of images. */
  interface FeatureSettings {
    /**
     * Bytes of features kept on disk; those not used for the longest time go first. 0 keeps none.
     */
    @WithDefault("4G")
    MemorySize cacheBytes();

    /** Most bytes of features of one set in memory; an eighth of the heap where it is not set. */
    Optional<MemorySize> maxBytes();

    /** Share of the images of a set that may be unreadable, 0 to 1; ten always may. */
    @WithDefault("0.05")
    double maxSkippedShare();
  }
}
