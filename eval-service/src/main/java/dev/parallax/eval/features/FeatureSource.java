package dev.parallax.eval.features;

import static java.util.Objects.requireNonNull;

import dev.parallax.eval.data.ContentDigest;
import dev.parallax.eval.data.ImageSet;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import dev.parallax.platform.errors.RequestException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Features of a set under a model: from the cache when they are there, otherwise from the embedding
 * service.
 */
public final class FeatureSource {
  private static final int NAMED_SKIPS = 10;

  private final Embedder embedder;
  private final FeatureCache cache;
  private final FeatureLimits limits;

  /**
   * @param features of the set
   * @param sha256 {@link ContentDigest} of its images
   * @param cached whether the embedding service was not asked
   */
  public record Fetched(Features features, String sha256, boolean cached) {}

  public FeatureSource(Embedder embedder, FeatureCache cache, FeatureLimits limits) {
    this.embedder = requireNonNull(embedder, "embedder is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.limits = requireNonNull(limits, "limits is null");
  }

  /**
   * @throws RequestException NOT_FOUND, INVALID_ARGUMENT or UNAVAILABLE
   */
  public ServedModel find(String model, long version, String output) {
    return embedder.find(model, version, output);
  }

  /**
   * Whether the features of a set fit.
   *
   * @param field path of the field that limits the set, for the message
   * @throws RequestException INVALID_ARGUMENT
   */
  public void checkSize(String field, int images, ServedModel model) {
    int most = limits.maxImages(model.embeddingSize());
    if (images > most) {
      throw RequestException.invalidBecause(
          field,
          "the set has %d images of %d values each; allowed: at most %d images. Set %s, or raise parallax.eval.features.max-bytes"
              .formatted(images, model.embeddingSize(), most, field));
    }
  }

  /**
   * @param warnings hears of skipped images and of whatever else a user should know
   * @throws RequestException when the service or too many images fail
   */
  public Fetched fetch(
      ServedModel model, ImageSet set, Cores cores, Progress progress, Consumer<String> warnings)
      throws InterruptedException {
    String sha256 = ContentDigest.of(set, cores, progress.part(0, 0.1));
    FeatureCache.Key key = new FeatureCache.Key(model.sha256(), model.output(), sha256);
    Optional<Features> cached = cache.find(key);
    Features features =
        cached.isPresent() ? cached.get() : embed(model, set, key, progress.part(0.1, 1), warnings);
    progress.at(1);
    tellSkipped(set, features.skipped(), warnings);
    return new Fetched(features, sha256, cached.isPresent());
  }

  private Features embed(
      ServedModel model,
      ImageSet set,
      FeatureCache.Key key,
      Progress progress,
      Consumer<String> warnings)
      throws InterruptedException {
    Collected collected =
        new Collected(
            set, model.embeddingSize(), limits.maxSkipped(set.count()), progress, warnings);
    embedder.embed(
        model,
        new BatchReader(set, limits.batchImages(), limits.maxImageBytes(), collected),
        collected);
    Features features = collected.features();
    cache.put(key, features);
    return features;
  }

  private static void tellSkipped(ImageSet set, List<Skipped> skipped, Consumer<String> warnings) {
    skipped.stream()
        .limit(NAMED_SKIPS)
        .forEach(
            image ->
                warnings.accept(
                    "skipped %s of %s: %s"
                        .formatted(image.name(), set.dataset().uri(), image.reason())));
    if (skipped.size() > NAMED_SKIPS) {
      warnings.accept(
          "skipped %d more images of %s"
              .formatted(skipped.size() - NAMED_SKIPS, set.dataset().uri()));
    }
  }
}
