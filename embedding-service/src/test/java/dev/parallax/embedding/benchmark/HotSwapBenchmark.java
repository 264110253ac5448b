package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.fixtures.HotSwaps;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;

/**
 * Hot swaps against a service that runs: {@code HotSwapBenchmark TARGET REPOSITORY SWAPS CLIENTS}.
 */
public final class HotSwapBenchmark {
  private HotSwapBenchmark() {}

  /**
   * @param arguments host:port without TLS, the repository of the service, swaps, clients
   */
  public static void main(String... arguments) throws Exception {
    if (arguments.length != 4) {
      System.err.println("usage: HotSwapBenchmark HOST:PORT REPOSITORY SWAPS CLIENTS");
      System.exit(2);
    }
    ManagedChannel channel = ManagedChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
    long start = System.nanoTime();
    HotSwaps.Report report =
        new HotSwaps(
                channel,
                Path.of(arguments[1]),
                "hot-swaps-" + ProcessHandle.current().pid(),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]))
            .run();
    double seconds = (System.nanoTime() - start) / 1e9;
    channel.shutdownNow();
    System.out.printf(
        "%d calls in %.1f s, %d failed, %d wrong, %d versions answered%n",
        report.calls(),
        seconds,
        report.failures().size(),
        report.wrong().size(),
        report.answersByVersion().size());
    report.failures().stream().limit(10).forEach(System.out::println);
    report.wrong().stream().limit(10).forEach(System.out::println);
    System.exit(report.failures().isEmpty() && report.wrong().isEmpty() ? 0 : 1);
  }
}
