package dev.parallax.embedding.app;

import dev.parallax.embedding.model.ControlMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings of the service; docs/embedding.md shows them in a table. */
@ConfigMapping(prefix = "parallax.embedding")
public interface EmbeddingSettings {
  /** The model repository: a directory, created when absent, or s3://bucket/prefix. */
  String repository();

  /** How a repository in S3 is reached. */
  S3 s3();

  /** Time between two looks at the repository, 100 ms or more. */
  @WithDefault("1s")
  Duration repositoryPoll();

  /**
   * Bearer token that callers must present, 16 characters or more; required together with TLS to
   * listen off the loopback.
   */
  Optional<String> token();

  /** Time that calls in flight get to finish when the service stops. */
  @WithDefault("20s")
  Duration drainTimeout();

  Models models();

  Batching batching();

  Decoding decoding();

  Limits limits();

  Streams streams();

  Onnxruntime onnxruntime();

  /** A repository in S3; credentials come from where the AWS SDK looks for them. */
  interface S3 {
    /** For stores other than AWS; default: that of the region. */
    Optional<URI> endpoint();

    @WithDefault("us-east-1")
    String region();

    /** The bucket is part of the path, not of the host. */
    @WithDefault("false")
    boolean pathStyle();

    /** Directory of the copies from which models are served; belongs to this service alone. */
    @WithDefault("${parallax.home}/embedding/s3-cache")
    Path cache();

    /** Most bytes of copies; the newest versions of every model come first. */
    @WithDefault("20G")
    MemorySize maxCacheBytes();
  }

  /** What is kept open. */
  interface Models {
    /** Who decides what is open: {@code poll}, the repository; {@code explicit}, the operator. */
    @WithDefault("poll")
    ControlMode control();

    /** Names of models to load at the start, or as soon as they appear; only when explicit. */
    Optional<List<String>> load();

    /** Versions per model that are loaded as soon as they appear, 1 to 100. */
    @WithDefault("2")
    int newestVersions();

    /** Older versions, over all models, that stay open after a call asked for them, 0 to 100. */
    @WithDefault("4")
    int onDemandVersions();

    /** Largest model.onnx. */
    @WithDefault("4G")
    MemorySize maxFileBytes();

    /** Operators in a graph, 1 to 1,000,000. */
    @WithDefault("100000")
    int maxOperators();

    /** Load and run a new model in a process of its own before this one opens it. */
    @WithDefault("true")
    boolean isolatedTrial();

    /**
     * What loading a model and running its largest batch may allocate there, 64 MiB or more;
     * default: half of the machine's memory.
     */
    Optional<MemorySize> maxMemory();

    /** Time for that, more than 0. */
    @WithDefault("60s")
    Duration trialTimeout();
  }

  /** How images become batches. */
  interface Batching {
    /** Images in one run of a model, 1 to 1024. */
    @WithDefault("16")
    int maxBatch();

    /** Batches that run at a time over all models; default: the processors of the machine. */
    OptionalInt executors();

    /**
     * Images per model version between admission and answer; a call that does not fit is refused at
     * once.
     */
    @WithDefault("1024")
    int queueImages();
  }

  /** How files become pixels. */
  interface Decoding {
    /** Images that are decoded at a time; default: the processors of the machine. */
    OptionalInt threads();

    /** Largest file. */
    @WithDefault("16M")
    MemorySize maxBytes();

    /** Most pixels per side, checked before anything is decoded. */
    @WithDefault("16384")
    int maxSide();

    /** Most pixels, checked before anything is decoded. */
    @WithDefault("40000000")
    long maxPixels();
  }

  /** What callers may ask for. */
  interface Limits {
    /** Images per request, at most half of the queue. */
    @WithDefault("256")
    int imagesPerRequest();

    /** Calls in flight at a time. */
    @WithDefault("4096")
    int calls();

    /** Bytes of their messages together; default: a quarter of the heap. */
    Optional<MemorySize> bytes();

    /** Calls per connection at a time. */
    @WithDefault("1024")
    int callsPerConnection();
  }

  /** EmbedStream. */
  interface Streams {
    /** Streams open at a time. */
    @WithDefault("64")
    int open();

    /** Images of one stream in flight before the service stops reading from it. */
    @WithDefault("128")
    int images();

    /** Bytes of one stream in flight before the service stops reading from it. */
    @WithDefault("16M")
    MemorySize bytes();
  }

  /** Sessions of ONNX Runtime. */
  interface Onnxruntime {
    /**
     * Threads inside one operator, 1 to 256; 1 is the fastest as long as batches run side by side.
     */
    @WithDefault("1")
    int intraOpThreads();

    /** Keep freed memory in an arena: faster, but memory grows to the largest batch and stays. */
    @WithDefault("true")
    boolean arena();
  }
}
