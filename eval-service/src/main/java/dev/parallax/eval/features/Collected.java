package dev.parallax.eval.features;

import dev.parallax.eval.data.ImageSet;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.parallel.Progress;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What comes back for the images of one set, in whatever order, until each has been told. */
final class Collected implements Embedder.Sink {
  private final ImageSet set;
  private final int size;
  private final int maxSkipped;
  private final Progress progress;
  private final Consumer<String> warnings;
  private final float[] values;
  private final boolean[] embedded;
  private final Map<Integer, String> rejected = new TreeMap<>();
  private int done;

  Collected(ImageSet set, int size, int maxSkipped, Progress progress, Consumer<String> warnings) {
    this.set = set;
    this.size = size;
    this.maxSkipped = maxSkipped;
    this.progress = progress;
    this.warnings = warnings;
    this.values = new float[Math.multiplyExact(set.count(), size)];
    this.embedded = new boolean[set.count()];
  }

  @Override
  public void embedded(int position, float[] vector) {
    if (vector.length != size) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the embedding service returned %d values for an image; its manifest says %d"
              .formatted(vector.length, size));
    }
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        rejected(position, "the model returned a value that is not finite: " + value);
        return;
      }
    }
    System.arraycopy(vector, 0, values, position * size, size);
    embedded[position] = true;
    tell();
  }

  @Override
  public void rejected(int position, String reason) {
    rejected.put(position, reason);
    if (rejected.size() > maxSkipped) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "%d of the %d images of %s have no embedding; allowed: at most %d. The last is %s: %s"
              .formatted(
                  rejected.size(),
                  set.count(),
                  set.dataset().uri(),
                  maxSkipped,
                  name(position),
                  reason));
    }
    tell();
  }

  @Override
  public void warn(String line) {
    warnings.accept(line);
  }

  /**
   * @throws IllegalStateException when an image was not told
   */
  Features features() {
    List<Integer> positions = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (int i = 0; i < embedded.length; i++) {
      if (embedded[i]) {
        positions.add(i);
      } else if (rejected.containsKey(i)) {
        skipped.add(new Skipped(name(i), rejected.get(i)));
      } else {
        throw new IllegalStateException("image " + i + " was not answered");
      }
    }
    if (positions.isEmpty()) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "no image of %s could be embedded; the first: %s: %s"
              .formatted(
                  set.dataset().uri(), skipped.getFirst().name(), skipped.getFirst().reason()));
    }
    int[] rows = positions.stream().mapToInt(i -> i).toArray();
    Embeddings all = new Embeddings(set.count(), size, values);
    return new Features(rows, skipped.isEmpty() ? all : all.rows(rows), skipped);
  }

  private void tell() {
    done++;
    progress.at((double) done / embedded.length);
  }

  private String name(int position) {
    return set.dataset().name(set.items()[position]);
  }
}
