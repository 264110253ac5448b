package dev.parallax.trainer.pretrain;

/** Mean loss of the epoch under way, nats. */
final class EpochLoss {
  private double sum;
  private int batches;

  /** Goes on in an epoch of which some batches are done. */
  void start(double sum, int batches) {
    this.sum = sum;
    this.batches = batches;
  }

  void add(double loss) {
    sum += loss;
    batches++;
  }

  /** Over the batches so far; 0 at an epoch's start. */
  double sum() {
    return sum;
  }

  /** The mean of an epoch that is done; the next one begins. */
  double finish() {
    double mean = sum / batches;
    start(0, 0);
    return mean;
  }
}
