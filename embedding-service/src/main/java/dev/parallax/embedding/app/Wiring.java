package dev.parallax.embedding.app;

import com.sun.management.OperatingSystemMXBean;
import dev.parallax.embedding.api.OpenStreams;
import dev.parallax.embedding.api.StreamLimits;
import dev.parallax.embedding.api.inference.Inference;
import dev.parallax.embedding.api.inference.InferenceConfigurations;
import dev.parallax.embedding.api.inference.InferenceModels;
import dev.parallax.embedding.api.inference.ServerDescription;
import dev.parallax.embedding.batching.BatchSettings;
import dev.parallax.embedding.batching.Batcher;
import dev.parallax.embedding.batching.QueueTime;
import dev.parallax.embedding.batching.Timekeeper;
import dev.parallax.embedding.cache.VectorCache;
import dev.parallax.embedding.input.InputReader;
import dev.parallax.embedding.model.CatalogContents;
import dev.parallax.embedding.model.CatalogLimits;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelControl;
import dev.parallax.embedding.model.ModelLoader;
import dev.parallax.embedding.model.OnnxRuntime;
import dev.parallax.embedding.monitor.CallStatistics;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.embedding.onnx.IsolatedTrial;
import dev.parallax.embedding.onnx.OnnxLimits;
import dev.parallax.embedding.onnx.TrialSettings;
import dev.parallax.embedding.provider.GraphOptimization;
import dev.parallax.embedding.provider.Selection;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.GateLimits;
import dev.parallax.images.DecodeLimits;
import dev.parallax.platform.grpc.BindRule;
import dev.parallax.platform.grpc.BrokenConnections;
import dev.parallax.platform.grpc.ErrorInterceptor;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.startup.Ports;
import dev.parallax.platform.startup.StartupException;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GlobalInterceptor;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the parts together. A setting out of its range stops the start with one line. */
@Singleton
class Wiring {
  private static final String PREFIX = "parallax.embedding.";
  private static final int HEAP_SHARE = 4;
  private static final int CACHE_SHARE = 2;
  private static final int MACHINE_SHARE = 2;

  /** One batch is copied while the other is computed. */
  private static final int EXECUTORS_OF_A_GPU = 2;

  private final EmbeddingSettings settings;

  Wiring(EmbeddingSettings settings) {
    this.settings = settings;
  }

  @Produces
  @Singleton
  Repositories repositories() {
    return Repositories.of(settings);
  }

  @Produces
  @Singleton
  ModelRepository repository(Repositories repositories) {
    return repositories.local();
  }

  @Produces
  @Singleton
  OnnxRuntime runtime() {
    return new OnnxRuntime(
        checked("onnxruntime", () -> OnnxRuntimeSettings.of(settings.onnxruntime())));
  }

  @Produces
  @Singleton
  CatalogContents contents(
      ModelRepository repository, OnnxRuntime runtime, ServingMonitor monitor) {
    CatalogLimits limits =
        checked(
            "models",
            () ->
                new CatalogLimits(
                    settings.models().newestVersions(), settings.models().onDemandVersions()));
    return new CatalogContents(
        repository, loader(repository, runtime), modelControl(), limits, monitor);
  }

  private ModelLoader loader(ModelRepository repository, OnnxRuntime runtime) {
    EmbeddingSettings.Models models = settings.models();
    OnnxLimits limits =
        checked(
            "models",
            () -> new OnnxLimits(models.maxFileBytes().asLongValue(), models.maxOperators()));
    Optional<IsolatedTrial> trial =
        models.isolatedTrial()
            ? Optional.of(new IsolatedTrial(checked("models", this::trialSettings)))
            : Optional.empty();
    return new ModelLoader(repository, runtime, limits, trial);
  }

  private TrialSettings trialSettings() {
    long memory =
        settings
            .models()
            .maxMemory()
            .map(MemorySize::asLongValue)
            .orElseGet(() -> machineMemory() / MACHINE_SHARE);
    return new TrialSettings(
        memory,
        settings.batching().maxBatch(),
        settings.onnxruntime().intraOpThreads(),
        GraphOptimization.parse(settings.onnxruntime().graphOptimization()),
        settings.models().trialTimeout());
  }

  /** Of the container, where there is one. */
  private static long machineMemory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private ModelControl modelControl() {
    return checked(
        "models",
        () ->
            new ModelControl(
                settings.models().control(),
                settings.models().load().map(Set::copyOf).orElse(Set.of())));
  }

  @Produces
  @Singleton
  ModelCatalog catalog(CatalogContents contents, Workers workers) {
    return new ModelCatalog(contents, workers.loader());
  }

  @Produces
  @Singleton
  Workers workers(OnnxRuntime runtime) {
    return checked("batching and decoding", () -> new Workers(executors(runtime), decoders()));
  }

  @Produces
  @Singleton
  Batcher batcher(Workers workers, OnnxRuntime runtime, ServingMonitor monitor) {
    BatchSettings batching =
        checked(
            "batching",
            () ->
                new BatchSettings(
                    settings.batching().maxBatch(),
                    executors(runtime),
                    settings.batching().queueImages(),
                    settings.batching().linger(),
                    new QueueTime(settings.batching().maxQueueTime())));
    return new Batcher(batching, workers.compute(), Timekeeper.real(), monitor);
  }

  @Produces
  @Singleton
  VectorCache cache() {
    long bytes = settings.cache().maxBytes().asLongValue();
    long most = Runtime.getRuntime().maxMemory() / CACHE_SHARE;
    if (bytes < 0 || bytes > most) {
      throw new StartupException(
          PREFIX
              + "cache.max-bytes is %d; allowed: 0 to half of the heap, %d".formatted(bytes, most));
    }
    return new VectorCache(bytes);
  }

  @Produces
  @Singleton
  Embedder embedder(
      ModelCatalog catalog,
      Batcher batcher,
      VectorCache cache,
      Workers workers,
      ServingMonitor monitor) {
    int perRequest = settings.limits().imagesPerRequest();
    int most = settings.batching().queueImages() / 2;
    if (perRequest < 1 || perRequest > most) {
      throw new StartupException(
          PREFIX
              + "limits.images-per-request is %d; allowed: 1 to half of %sbatching.queue-images, %d"
                  .formatted(perRequest, PREFIX, most));
    }
    return new Embedder(
        catalog, batcher, inputReader(), cache, workers.decode(), decoders(), perRequest, monitor);
  }

  private InputReader inputReader() {
    DecodeLimits limits = decodeLimits();
    try {
      return new InputReader(limits);
    } catch (IllegalArgumentException e) {
      // of parallax.jpeg, which is a setting of the process and none of ours
      throw new StartupException(e.getMessage(), e);
    }
  }

  private DecodeLimits decodeLimits() {
    return checked(
        "decoding",
        () ->
            new DecodeLimits(
                settings.decoding().maxBytes().asLongValue(),
                settings.decoding().maxSide(),
                settings.decoding().maxPixels()));
  }

  @Produces
  @Singleton
  GateLimits gateLimits() {
    long bytes =
        settings
            .limits()
            .bytes()
            .map(size -> size.asLongValue())
            .orElseGet(() -> Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    return checked(
        "limits",
        () -> new GateLimits(settings.limits().calls(), bytes, settings.streams().open()));
  }

  @Produces
  @Singleton
  Gate gate(GateLimits limits, ServingMonitor monitor) {
    return new Gate(limits, monitor);
  }

  @Produces
  @Singleton
  StreamLimits streamLimits() {
    return checked(
        "streams",
        () ->
            new StreamLimits(
                settings.streams().images(), settings.streams().bytes().asLongValue()));
  }

  @Produces
  @Singleton
  OpenStreams openStreams() {
    return new OpenStreams();
  }

  @Produces
  @Singleton
  Readiness readiness(ModelCatalog catalog, OnnxRuntime runtime, Gate gate) {
    return new Readiness(catalog, runtime, gate);
  }

  @Produces
  @Singleton
  GrpcHealth health(GrpcHealthStorage storage) {
    return new GrpcHealth(storage);
  }

  @Produces
  @Singleton
  CallStatistics statistics() {
    return new CallStatistics();
  }

  @Produces
  @Singleton
  ServingMonitor monitor(MeterRegistry registry, CallStatistics statistics) {
    return new MicrometerMonitor(registry, statistics);
  }

  @Produces
  @Singleton
  Inference inference(Embedder embedder, ModelCatalog catalog, Workers workers) {
    return new Inference(embedder, catalog, workers.decode());
  }

  @Produces
  @Singleton
  InferenceModels inferenceModels(ModelCatalog catalog, CallStatistics statistics) {
    return new InferenceModels(catalog, statistics);
  }

  @Produces
  @Singleton
  InferenceConfigurations inferenceConfigurations(
      ModelCatalog catalog, Embedder embedder, VectorCache cache) {
    return new InferenceConfigurations(catalog, embedder.maxImages(), cache.isOn());
  }

  @Produces
  @Singleton
  ServerDescription serverDescription(
      Readiness readiness, @ConfigProperty(name = "quarkus.application.version") String version) {
    return new ServerDescription(version, () -> readiness.obstacle().isEmpty());
  }

  @Produces
  @Singleton
  @GlobalInterceptor
  ErrorInterceptor errors() {
    return new ErrorInterceptor();
  }

  @Produces
  @Singleton
  ServerBuilderCustomizer<VertxServerBuilder> server() {
    int calls = settings.limits().callsPerConnection();
    if (calls < 1) {
      throw new StartupException(
          PREFIX + "limits.calls-per-connection is " + calls + "; allowed: 1 or more");
    }
    Connections connections = new Connections(settings.connections());
    BrokenConnections.tellBriefly();
    return new ServerBuilderCustomizer<>() {
      @Override
      public void customize(GrpcServerConfiguration configuration, VertxServerBuilder builder) {
        BindRule.check(
            configuration.host(), !configuration.isPlainTextEnabled(), settings.asksForToken());
        if (LaunchMode.current() == LaunchMode.NORMAL) {
          Ports.requireFree("quarkus.grpc.server.port", configuration.host(), configuration.port());
        }
        NettyServerBuilder netty = builder.nettyBuilder();
        netty.maxConcurrentCallsPerConnection(calls);
        connections.apply(netty);
      }
    };
  }

  /** On all devices together. */
  private int executors(OnnxRuntime runtime) {
    Selection selection = runtime.selection();
    int each =
        selection.onGpu()
            ? settings.batching().executors().orElse(EXECUTORS_OF_A_GPU)
            : orProcessors(settings.batching().executors());
    return each * selection.devices().size();
  }

  private int decoders() {
    return orProcessors(settings.decoding().threads());
  }

  private static int orProcessors(OptionalInt setting) {
    return setting.orElseGet(() -> Runtime.getRuntime().availableProcessors());
  }

  private static <T> T checked(String group, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new StartupException("in the settings " + PREFIX + group + ": " + e.getMessage(), e);
    }
  }
}
