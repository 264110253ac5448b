package dev.parallax.trainer.views;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.RgbImage;
import dev.parallax.images.UnreadableImageException;
import dev.parallax.images.dataset.Dataset;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Decoded images of a dataset, kept in memory up to a budget. An image that cannot be read is named
 * once and from then on replaced by its successor, so that every batch is whole.
 */
public final class TrainingImages {
  private final Dataset dataset;
  private final ImageDecoder decoder;
  private final AtomicReferenceArray<RgbImage> cache;
  private final AtomicLong budget;
  private final Set<Integer> corrupt = ConcurrentHashMap.newKeySet();
  private final int maxCorrupt;
  private final Consumer<String> warnings;

  /**
   * @param cacheBytes most bytes of decoded pixels to keep
   * @param maxCorrupt images that may be unreadable before {@link #get} fails
   * @param warnings hears one line for each unreadable image
   */
  public TrainingImages(
      Dataset dataset,
      ImageDecoder decoder,
      long cacheBytes,
      int maxCorrupt,
      Consumer<String> warnings) {
    this.dataset = dataset;
    this.decoder = decoder;
    this.cache = new AtomicReferenceArray<>(dataset.size());
    this.budget = new AtomicLong(cacheBytes);
    this.maxCorrupt = maxCorrupt;
    this.warnings = warnings;
  }

  public int size() {
    return dataset.size();
  }

  /** Images found unreadable so far. */
  public int corrupt() {
    return corrupt.size();
  }

  /** An image and its index in the dataset. */
  record Shown(int index, RgbImage image) {}

  /**
   * The image, or the next readable one.
   *
   * @throws TooManyCorruptImagesException past the limit, or when no image is readable
   */
  public RgbImage get(int index) {
    return readable(index, size(), i -> i).image();
  }

  /**
   * The image at a position of {@code among}, or the next readable one there.
   *
   * @param among indexes in the dataset
   * @throws TooManyCorruptImagesException past the limit, or when no image is readable
   */
  Shown readable(int[] among, int position) {
    return readable(position, among.length, i -> among[i]);
  }

  private Shown readable(int position, int count, IntUnaryOperator indexes) {
    for (int tries = 0; tries < count; tries++) {
      int index = indexes.applyAsInt((position + tries) % count);
      RgbImage image = read(index);
      if (image != null) {
        return new Shown(index, image);
      }
    }
    throw new TooManyCorruptImagesException(
        "none of the " + count + " images of " + dataset.uri() + " can be read");
  }

  private RgbImage read(int index) {
    RgbImage cached = cache.get(index);
    if (cached != null) {
      return cached;
    }
    if (corrupt.contains(index)) {
      return null;
    }
    try {
      RgbImage image = dataset.image(index, decoder);
      if (budget.addAndGet(-image.rgb().length) >= 0) {
        cache.set(index, image);
      } else {
        budget.addAndGet(image.rgb().length);
      }
      return image;
    } catch (UnreadableImageException e) {
      reject(index, e.getMessage());
      return null;
    } catch (IOException e) {
      reject(index, e.getMessage());
      return null;
    }
  }

  private void reject(int index, String reason) {
    if (!corrupt.add(index)) {
      return;
    }
    if (corrupt.size() > maxCorrupt) {
      throw new TooManyCorruptImagesException(
          dataset.name(index)
              + " cannot be read ("
              + reason
              + "), and max_corrupt_images is "
              + maxCorrupt
              + "; mend or remove it, or raise max_corrupt_images");
    }
    warnings.accept("skipped " + dataset.name(index) + ": " + reason);
  }

  /** More images were unreadable than the job allows. */
  public static final class TooManyCorruptImagesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyCorruptImagesException(String message) {
      super(message);
    }
  }
}
