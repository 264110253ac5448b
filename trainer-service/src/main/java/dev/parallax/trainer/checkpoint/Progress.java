package dev.parallax.trainer.checkpoint;

import java.util.HashMap;
import java.util.Map;

/**
 * What a checkpoint tells besides tensors.
 *
 * @param lossSum of the batches done in the epoch under way, nats
 * @param metrics the newest ones by name
 */
public record Progress(Position position, double lossSum, Map<String, Double> metrics) {
  private static final String LOSS_SUM = "loss_sum";
  private static final String METRIC = "metric.";

  /** Of a run that begins. */
  public static final Progress START = new Progress(Position.START, 0, Map.of());

  public Progress {
    metrics = Map.copyOf(metrics);
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new HashMap<>(position.toMetadata());
    metadata.put(LOSS_SUM, Double.toString(lossSum));
    metrics.forEach((name, value) -> metadata.put(METRIC + name, Double.toString(value)));
    return metadata;
  }

  static Progress of(Map<String, String> metadata) {
    Map<String, Double> metrics = new HashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(METRIC)) {
            metrics.put(name.substring(METRIC.length()), Double.valueOf(value));
          }
        });
    return new Progress(
        Position.of(metadata), Double.parseDouble(metadata.getOrDefault(LOSS_SUM, "0")), metrics);
  }
}
