package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;

/**
 * Noise-contrastive estimation of the softmax over a memory bank, Wu et al. 2018 (InstDisc), eq. 5
 * to 7, with uniform noise. The authors' code adds 1e-7 to its denominators; here logarithms are
 * never taken of a sum that could be 0, and nothing is added.
 */
public final class NceLoss {
  private NceLoss() {}

  /**
   * With {@code P = exp(s / T) / Z}, noise {@code Pn = 1 / bankSize} and {@code h = P / (P + m
   * Pn)}: mean over rows of {@code -log h(positive) - sum over noise of log(1 - h(noise))}.
   *
   * @param positive float32 {@code [n, 1]}: similarity with the image's own entry
   * @param noise float32 {@code [n, m]}: similarities with m entries drawn from the bank
   * @param temperature T, above 0
   * @param normalizer Z, above 0, as {@link #normalizer} estimates it
   * @param bankSize entries of the bank, 1 or more
   * @return a scalar, nats; a sum over m + 1 decisions
   */
  public static Tensor of(
      Tensor positive, Tensor noise, double temperature, double normalizer, int bankSize) {
    double m = noise.size(1);
    // log(P / (m Pn)) = s / T - offset, and log h is the log of its sigmoid.
    double offset = Math.log(normalizer) + Math.log(m / bankSize);
    try (Tensor positiveScaled = positive.mul(-1 / temperature);
        Tensor positiveOdds = positiveScaled.add(offset);
        Tensor missed = positiveOdds.softplus();
        Tensor missedMean = missed.mean();
        Tensor noiseScaled = noise.mul(1 / temperature);
        Tensor noiseOdds = noiseScaled.add(-offset);
        Tensor fooled = noiseOdds.softplus();
        Tensor fooledPerRow = fooled.sum(false, 1);
        Tensor fooledMean = fooledPerRow.mean()) {
      return missedMean.add(fooledMean);
    }
  }

  /**
   * Z of the first batch, {@code bankSize * mean(exp(s / T))} (eq. 8), which is kept for the run.
   *
   * @param similarities of the batch with entries of the bank, one or more; the authors take noise
   *     and positives together
   * @param temperature T, above 0
   * @return within 1e-300 to 1e300, which temperatures below about 0.0015 reach
   */
  public static double normalizer(float[] similarities, double temperature, int bankSize) {
    double max = Double.NEGATIVE_INFINITY;
    for (float s : similarities) {
      max = Math.max(max, s);
    }
    double sum = 0;
    for (float s : similarities) {
      sum += Math.exp((s - max) / temperature);
    }
    double log = max / temperature + Math.log(sum / similarities.length * bankSize);
    return Math.clamp(Math.exp(log), 1e-300, 1e300);
  }

  /**
   * The loss of an encoder that tells nothing apart, nats: every P is {@code 1 / bankSize}, so that
   * h is {@code 1 / (1 + m)}.
   *
   * @param noise m, 1 or more
   */
  public static double chance(long noise) {
    return Math.log1p((double) noise) + noise * Math.log1p(1.0 / noise);
  }
}
