package dev.parallax.trainer.pretrain;

import dev.parallax.images.EvalPreprocessing;
import dev.parallax.images.ImageDecoder;
import dev.parallax.images.UnreadableImageException;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Selection;
import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.views.EpochOrder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The online curve: weighted kNN (Wu et al. 2018, eq. 7) of a fifth of a small labelled sample
 * against the rest. It watches a run; the measurement that counts is the evaluation service's.
 */
final class OnlineKnn {
  private static final int SAMPLE = 2500;
  private static final int SAMPLE_BYTES = 64 << 20;
  private static final int ROWS = 128;
  private static final int MAX_NEIGHBORS = 20;
  private static final double TEMPERATURE = 0.1;

  private final ByteBuffer pixels;
  private final int[] labels;
  private final int classes;
  private final int side;

  private OnlineKnn(ByteBuffer pixels, int[] labels, int classes, int side) {
    this.pixels = pixels;
    this.labels = labels;
    this.classes = classes;
    this.side = side;
  }

  /** Draws the sample; images that cannot be read are left out. */
  static OnlineKnn of(Dataset labelled, ImageDecoder decoder, int side, long seed)
      throws IOException {
    int[] selected = shuffled(Selection.balanced(labelled, sample(side), seed), seed);
    var pixels = ByteBuffer.allocateDirect(selected.length * side * side * 3);
    var preprocessing = new EvalPreprocessing(side, side);
    int[] labels = new int[selected.length];
    int kept = 0;
    int unreadable = 0;
    for (int index : selected) {
      try {
        pixels.put(preprocessing.apply(labelled.image(index, decoder)).rgb());
        labels[kept++] = labelled.label(index);
      } catch (UnreadableImageException | IOException e) {
        unreadable++; // Named when training reads it.
      }
    }
    return new OnlineKnn(
        pixels,
        Arrays.copyOf(labels, selected.length - unreadable),
        labelled.classes().size(),
        side);
  }

  /** Fewer images where they are large. */
  private static int sample(int side) {
    return Math.min(SAMPLE, SAMPLE_BYTES / (side * side * 3));
  }

  /** Every fifth is a query, so the order must have nothing to do with the classes. */
  private static int[] shuffled(int[] indexes, long seed) {
    int[] order = EpochOrder.of(seed, 0, indexes.length);
    return Arrays.stream(order).map(i -> indexes[i]).toArray();
  }

  /** Share of the queries classified right, 0 to 1; NaN when the sample is too small to ask. */
  double accuracy(Network network, Parameters parameters) {
    int n = labels.length;
    if (n < 10) {
      return Double.NaN;
    }
    float[] h = normalized(network, parameters);
    int d = network.features();
    int right = 0;
    int queries = 0;
    for (int query = 0; query < n; query += 5) {
      queries++;
      if (vote(h, d, query) == labels[query]) {
        right++;
      }
    }
    return (double) right / queries;
  }

  private int vote(float[] h, int d, int query) {
    int k = Math.min(MAX_NEIGHBORS, labels.length - labels.length / 5 - 1);
    float[] best = new float[k];
    int[] at = new int[k];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    for (int other = 0; other < labels.length; other++) {
      if (other % 5 == 0) {
        continue;
      }
      float dot = 0;
      for (int i = 0; i < d; i++) {
        dot += h[query * d + i] * h[other * d + i];
      }
      int place = k;
      while (place > 0 && best[place - 1] < dot) {
        place--;
      }
      if (place < k) {
        System.arraycopy(best, place, best, place + 1, k - place - 1);
        System.arraycopy(at, place, at, place + 1, k - place - 1);
        best[place] = dot;
        at[place] = other;
      }
    }
    double[] votes = new double[classes];
    for (int i = 0; i < k; i++) {
      votes[labels[at[i]]] += Math.exp(best[i] / TEMPERATURE);
    }
    int winner = 0;
    for (int label = 1; label < classes; label++) {
      if (votes[label] > votes[winner]) {
        winner = label;
      }
    }
    return winner;
  }

  private float[] normalized(Network network, Parameters parameters) {
    int imageBytes = side * side * 3;
    float[] all = new float[labels.length * network.features()];
    int batch = network.imagesOf(ROWS);
    for (int start = 0; start < labels.length; start += batch) {
      int n = Math.min(batch, labels.length - start);
      ByteBuffer slice = pixels.duplicate().clear().slice(start * imageBytes, n * imageBytes);
      float[] rows =
          Autograd.without(
              () -> {
                try (TensorScope scope = TensorScope.root();
                    Tensor images = scope.images(slice, n, side);
                    Tensor h =
                        Forward.run(network.served(), parameters, images, Forward.Mode.EVALUATION);
                    Tensor unit = h.normalizeRows()) {
                  return unit.toFloats();
                }
              });
      System.arraycopy(rows, 0, all, start * network.features(), rows.length);
    }
    return all;
  }
}
