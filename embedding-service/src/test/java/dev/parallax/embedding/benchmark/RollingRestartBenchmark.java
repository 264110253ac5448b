package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.fixtures.RollingRestarts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Restarts two instances in turn under load: ten rounds, or as many as are asked for. */
public final class RollingRestartBenchmark {
  private RollingRestartBenchmark() {}

  public static void main(String... args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    Path directory = Files.createTempDirectory("parallax-rolling");
    RollingRestarts.Outcome outcome = RollingRestarts.run(directory, rounds);
    System.out.printf(
        Locale.ROOT,
        "%d restarts, %d calls and %d batches of a stream answered, %d failed%n",
        2 * rounds,
        outcome.calls(),
        outcome.batches(),
        outcome.failures().size());
    outcome.failures().stream().distinct().limit(10).forEach(System.out::println);
    System.exit(outcome.failures().isEmpty() ? 0 : 1);
  }
}
