package dev.parallax.embedding.app;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** The threads of the service. What waits for them is bounded by permits, not by their queues. */
final class Workers {
  /** ONNX Runtime overflows the megabyte of a default stack when the command line is long. */
  private static final long STACK_BYTES = 16L << 20;

  private final ExecutorService compute;
  private final ExecutorService decode;
  private final ScheduledExecutorService loader;
  private final ScheduledExecutorService mirror;

  /**
   * @param executors batches at a time, 1 to 1024
   * @param decoders images decoded at a time, 1 to 1024
   */
  Workers(int executors, int decoders) {
    check("executors", executors);
    check("threads", decoders);
    this.compute = Executors.newFixedThreadPool(executors, named("compute"));
    this.decode = Executors.newFixedThreadPool(decoders, named("decode"));
    this.loader = Executors.newSingleThreadScheduledExecutor(named("models"));
    this.mirror = Executors.newSingleThreadScheduledExecutor(named("mirror"));
  }

  private static void check(String name, int value) {
    if (value < 1 || value > 1024) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: 1 to 1024");
    }
  }

  private static ThreadFactory named(String name) {
    return Thread.ofPlatform().name(name + "-", 0).daemon().stackSize(STACK_BYTES).factory();
  }

  ExecutorService compute() {
    return compute;
  }

  ExecutorService decode() {
    return decode;
  }

  ScheduledExecutorService loader() {
    return loader;
  }

  /** Fetches from S3, so that a slow download keeps no model from being loaded. */
  ScheduledExecutorService mirror() {
    return mirror;
  }

  void close() {
    mirror.shutdownNow();
    List.of(decode, compute, loader).forEach(ExecutorService::shutdown);
  }
}
