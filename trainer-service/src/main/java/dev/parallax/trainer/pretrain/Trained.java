package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Parameters;
import java.util.Map;

/**
 * The outcome of a run; closing it frees the parameters.
 *
 * @param metrics final metrics by name: {@code loss}, {@code online_knn}
 * @param skippedImages images that could not be read
 */
public record Trained(
    Network network,
    Parameters parameters,
    double epochs,
    long steps,
    Map<String, Double> metrics,
    int skippedImages)
    implements AutoCloseable {
  @Override
  public void close() {
    parameters.close();
  }
}
