package dev.parallax.eval.tsne;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import java.util.Arrays;

/**
 * t-SNE as scikit-learn runs it: principal components first, exaggeration 12 and momentum 0.5 for
 * 250 iterations, then 750 with momentum 0.8; adaptive gains; rate max(N / 48, 50). Deterministic
 * on any number of cores.
 *
 * @param perplexity effective number of neighbours, 1 or more; smaller for fewer than 3 ·
 *     perplexity + 1 points
 */
public record Tsne(double perplexity) {
  /** Iterations in all. */
  public static final int ITERATIONS = 1000;

  private static final int EXAGGERATED_ITERATIONS = 250;
  private static final double EXAGGERATION = 12;
  private static final float MIN_GAIN = 0.01f;

  public Tsne {
    if (!(perplexity >= 1 && Double.isFinite(perplexity))) {
      throw new IllegalArgumentException("perplexity is " + perplexity + "; allowed: 1 or more");
    }
  }

  /** The perplexity that is used for {@code count} points. */
  public double perplexityFor(int count) {
    return Math.min(perplexity, (count - 1) / 3.0);
  }

  /**
   * @param points [N, D], N 4 or more; scaled to unit length before distances are taken
   */
  public Layout layOut(Embeddings points, Cores cores, Progress progress)
      throws InterruptedException {
    if (points.count() < 4) {
      throw new IllegalArgumentException(
          "points has " + points.count() + " rows; allowed: 4 or more");
    }
    Embeddings normalized = points.l2Normalized();
    Forces forces =
        new Forces(Affinities.of(normalized, perplexityFor(points.count()), cores), cores);
    float[][] places = Principal.components(normalized);
    float rate = (float) Math.max(points.count() / EXAGGERATION / 4, 50);
    Axis x = new Axis(places[0]);
    Axis y = new Axis(places[1]);
    for (int i = 0; i < ITERATIONS; i++) {
      boolean early = i < EXAGGERATED_ITERATIONS;
      forces.gradient(x.places, y.places, early ? EXAGGERATION : 1, x.gradient, y.gradient);
      float momentum = early ? 0.5f : 0.8f;
      x.step(momentum, rate);
      y.step(momentum, rate);
      if (i + 1 == EXAGGERATED_ITERATIONS) {
        x.rest();
        y.rest();
      }
      progress.at((i + 1.0) / ITERATIONS);
    }
    return new Layout(x.places, y.places, forces.divergence(x.places, y.places));
  }

  /** One coordinate of every point, with what gradient descent remembers of it. */
  private static final class Axis {
    private final float[] places;
    private final float[] gradient;
    private final float[] velocity;
    private final float[] gains;

    Axis(float[] places) {
      this.places = places;
      this.gradient = new float[places.length];
      this.velocity = new float[places.length];
      this.gains = new float[places.length];
      rest();
    }

    /** Forgets velocity and gains, as scikit-learn does between its two phases. */
    void rest() {
      Arrays.fill(velocity, 0);
      Arrays.fill(gains, 1);
    }

    void step(float momentum, float rate) {
      for (int i = 0; i < places.length; i++) {
        // a gain grows while the step goes against the gradient, that is, downhill
        gains[i] =
            velocity[i] * gradient[i] < 0 ? gains[i] + 0.2f : Math.max(gains[i] * 0.8f, MIN_GAIN);
        velocity[i] = momentum * velocity[i] - rate * gains[i] * gradient[i];
        places[i] += velocity[i];
      }
    }
  }
}
