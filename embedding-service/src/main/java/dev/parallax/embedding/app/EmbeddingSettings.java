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
import java.util.OptionalDouble;
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

  /**
   * File of further tokens, one a line: name, SHA-256 of the token, roles {@code infer} or {@code
   * admin}, and optionally images per second and burst. Read again when it changes.
   */
  Optional<Path> tokensFile();

  /** A word for whatever tokens are asked for; empty: none are. */
  default Optional<String> asksForToken() {
    return token().or(() -> tokensFile().map(Path::toString)).or(() -> oidc().issuer());
  }

  Oidc oidc();

  Rate rate();

  /**
   * Take calls on the HTTP port, too: the Open Inference Protocol and OpenAI's embeddings; default:
   * where it listens on the loopback. Off it TLS and a token are required. {@code true} or {@code
   * false}.
   */
  Optional<String> httpApi();

  /** Write one line for each call to the log category {@code parallax.access}. */
  @WithDefault("false")
  boolean accessLog();

  /**
   * Time between NOT_SERVING and the first refusal when the service stops, for load balancers to
   * see it; 0 to 10 minutes.
   */
  @WithDefault("0s")
  Duration drainDelay();

  /** Time that calls in flight get to finish when the service stops. */
  @WithDefault("20s")
  Duration drainTimeout();

  Models models();

  Batching batching();

  Decoding decoding();

  Cache cache();

  Limits limits();

  Streams streams();

  Onnxruntime onnxruntime();

  Connections connections();

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

  /** JSON Web Tokens of an issuer. */
  interface Oidc {
    /** Where the issuer publishes its keys: https, or http on this machine. */
    Optional<URI> jwksUrl();

    /** What iss has to be. */
    Optional<String> issuer();

    /** What aud has to contain. */
    Optional<String> audience();

    /** Claim with the roles infer and admin; dots lead into objects. */
    @WithDefault("roles")
    String rolesClaim();

    /** By which clocks may differ, 0 to 10 minutes. */
    @WithDefault("30s")
    Duration clockSkew();
  }

  /** Images that each client may have embedded. */
  interface Rate {
    /** Over time; without it there is no limit. */
    OptionalDouble imagesPerSecond();

    /** At once after a pause; default: those of one second. */
    OptionalInt burst();

    /** Clients that are remembered. */
    @WithDefault("10000")
    int clients();
  }

  /** Connections of gRPC. */
  interface Connections {
    /** After which a client is asked to connect again, so that load spreads to new instances. */
    @WithDefault("30m")
    Duration maxAge();

    /** That calls get to finish after that. */
    @WithDefault("1h")
    Duration maxAgeGrace();

    /** Without a sign of life before the service asks for one. */
    @WithDefault("1m")
    Duration keepAlive();

    /** Between two pings of a client; one that pings more often is disconnected. */
    @WithDefault("10s")
    Duration keepAlivePermitted();

    /** For TLS and HTTP/2 to begin. */
    @WithDefault("20s")
    Duration handshakeTimeout();

    /** Headers of a call, 4 KiB to 1 MiB. */
    @WithDefault("16K")
    MemorySize maxHeaderBytes();

    /** From a call's headers to the end of its message. */
    @WithDefault("30s")
    Duration messageTimeout();

    /** Without a message on a stream whose messages are all answered. */
    @WithDefault("10m")
    Duration streamTimeout();
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

    /** Time, 0 to 1 s, that an idle executor waits for a full batch; 0: it takes what is there. */
    @WithDefault("0s")
    Duration linger();

    /**
     * Longest wait for its turn, by the pace of the latest batches, with which a call is admitted,
     * 1 ms to 1 hour; default: 500 ms, or four full batches of each executor where these take
     * longer.
     */
    Optional<Duration> maxQueueTime();
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

  /** Vectors of images that were seen before. */
  interface Cache {
    /** Most bytes of them, at most half of the heap; 0: none are kept. */
    @WithDefault("0")
    MemorySize maxBytes();
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

    /** Give what a run leaves free in the arena back after it. */
    @WithDefault("false")
    boolean arenaShrinkage();

    /**
     * How far graphs are rewritten: {@code disabled}, {@code basic}, {@code extended} or {@code
     * all}.
     */
    @WithDefault("all")
    String graphOptimization();

    /**
     * What computes, the first that can: {@code tensorrt}, {@code cuda}, {@code cpu}; default: cuda
     * where this build and the machine have it, else cpu.
     */
    Optional<List<String>> providers();

    /** Ids of GPUs, 0 to 127; each has executors of its own. */
    @WithDefault("0")
    List<Integer> devices();

    /**
     * When a provider does not work: {@code allowed}, the next one computes; {@code refused}, the
     * service does not start.
     */
    @WithDefault("allowed")
    String fallback();

    Cuda cuda();

    TensorRt tensorrt();

    /** The CUDA provider. */
    interface Cuda {
      /** What the arena of one model version takes from a GPU, 1 MiB or more; default: all. */
      Optional<MemorySize> memoryLimit();

      /** By how much the arena grows: {@code power-of-two} or {@code as-requested}. */
      @WithDefault("power-of-two")
      String arenaExtension();

      /** How cuDNN finds algorithms: {@code heuristic}, {@code exhaustive} or {@code default}. */
      @WithDefault("heuristic")
      String cudnnSearch();

      /** Multiply float32 with the 10-bit mantissa of TF32: faster, less exact. */
      @WithDefault("true")
      boolean tf32();
    }

    /** The TensorRT provider. */
    interface TensorRt {
      /** Directory where engines outlive the process; default: nowhere. */
      Optional<Path> cache();
    }
  }
}
