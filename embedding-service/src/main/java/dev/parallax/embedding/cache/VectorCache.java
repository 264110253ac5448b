package dev.parallax.embedding.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Vectors by the content of the image, as the model gave them, within a number of bytes: what is
 * asked for often stays. An open version has entries of its own, which go when it closes: another
 * version, or other files under the same number, never answer with them. Thread-safe.
 */
public final class VectorCache {
  /** Key, hash and the cache's own records of one vector, about. */
  private static final int OVERHEAD_BYTES = 200;

  private final boolean on;
  private final Cache<Key, float[]> vectors;
  private final Set<ServedModel> models = ConcurrentHashMap.newKeySet();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  private record Key(ServedModel model, ContentHash image, String output) {}

  /**
   * @param maxBytes of vectors and what belongs to them, 0 or more; 0: nothing is kept
   */
  public VectorCache(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; allowed: 0 or more");
    }
    this.on = maxBytes > 0;
    this.vectors =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Key key, float[] vector) -> OVERHEAD_BYTES + Float.BYTES * vector.length)
            // microseconds, on the thread that adds
            .executor(Runnable::run)
            .build();
  }

  /** Keeps nothing. */
  public static VectorCache off() {
    return new VectorCache(0);
  }

  /** Whether anything is kept. */
  public boolean isOn() {
    return on;
  }

  /**
   * What an image is known by.
   *
   * @return empty: nothing is kept, or there is no content
   */
  public Optional<ContentHash> hash(ImageInput image) {
    return on ? ContentHash.of(image) : Optional.empty();
  }

  /**
   * @param model leased by the caller
   * @return float32 [size] for each of {@code outputs} in its order, not to be written to; empty
   *     unless all are there
   */
  public Optional<List<float[]>> find(ServedModel model, ContentHash image, List<String> outputs) {
    List<float[]> found = new ArrayList<>(outputs.size());
    for (String output : outputs) {
      float[] vector = vectors.getIfPresent(new Key(model, image, output));
      if (vector == null) {
        misses.increment();
        return Optional.empty();
      }
      found.add(vector);
    }
    hits.increment();
    return Optional.of(found);
  }

  /**
   * @param model leased by the caller
   * @param found float32 [size] for each of {@code outputs} in its order, written to by nobody from
   *     now on
   */
  public void keep(
      ServedModel model, ContentHash image, List<String> outputs, List<float[]> found) {
    if (models.add(model)) {
      model.onClose(() -> forget(model));
    }
    for (int i = 0; i < outputs.size(); i++) {
      vectors.put(new Key(model, image, outputs.get(i)), found.get(i));
    }
  }

  private void forget(ServedModel model) {
    models.remove(model);
    vectors.asMap().keySet().removeIf(key -> key.model().equals(model));
  }

  /** Images that were answered from here. */
  public long hits() {
    return hits.sum();
  }

  /** Images that were looked for and not found. */
  public long misses() {
    return misses.sum();
  }

  /** What is kept. */
  public long bytes() {
    vectors.cleanUp();
    return vectors.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
