package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.loss.RowPredictionLoss;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.v1.RowPrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Patches predicted from the context of the rows above them: CPC v2. */
final class RowsAhead implements Objective {
  private final MethodParts parts;
  private final Network network;
  private final RowPrediction loss;
  private final int grid;

  RowsAhead(MethodParts parts) {
    this.parts = parts;
    this.network = parts.network();
    this.loss = parts.recipe().getLoss().getRowPrediction();
    this.grid = network.patches().orElseThrow().rows();
  }

  @Override
  public Outcome run(Step step) {
    int n = step.size();
    // Without a projection these are the targets, which outlive this.
    Tensor h = parts.norms().run(network.encoder(), parts.parameters(), step.all());
    try (Tensor places = h.reshape(n, grid, grid, network.features());
        Tensor map = places.transpose(0, 3, 1, 2);
        Tensor context =
            Forward.run(network.context(), parts.parameters(), map, Forward.Mode.TRAINING)) {
      Tensor targets = parts.norms().run(network.projection(), parts.parameters(), h, 1);
      int d = network.projectionSize();
      List<Tensor> predictions = new ArrayList<>();
      for (int ahead = 1; ahead <= loss.getRowsAhead(); ahead++) {
        predictions.add(prediction(context, ahead, n, d));
      }
      try (Tensor targetGrid = targets.reshape(n, grid, grid, d)) {
        Tensor value = RowPredictionLoss.of(predictions, targetGrid);
        predictions.forEach(Tensor::close);
        return new Outcome(value, targets);
      }
    }
  }

  /**
   * {@code [n, grid - ahead, grid, d]}: what lies {@code ahead} rows below each of the rows above.
   */
  private Tensor prediction(Tensor context, int ahead, int n, int d) {
    int rows = grid - ahead;
    try (Tensor above = context.slice(2, 0, rows);
        Tensor places = above.transpose(0, 2, 3, 1);
        Tensor flat = places.reshape((long) n * rows * grid, network.features());
        Tensor predicted =
            Forward.run(
                MethodLayers.rowAhead(ahead, network.features(), d),
                parts.parameters(),
                flat,
                Forward.Mode.TRAINING);
        Tensor scaled = predicted.mul(loss.getScale())) {
      return scaled.reshape(n, rows, grid, d);
    }
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(RowPredictionLoss.chance(parts.run().batch(), (long) grid * grid));
  }
}
