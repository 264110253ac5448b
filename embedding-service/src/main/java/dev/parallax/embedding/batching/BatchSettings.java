package dev.parallax.embedding.batching;

/**
 * @param maxBatch images in one run of a model, 1 to 1024
 * @param executors batches that run at a time, over all models, 1 to 1024
 * @param queueImages images that one model version holds between admission and answer, 2 to
 *     1,000,000
 */
public record BatchSettings(int maxBatch, int executors, int queueImages) {
  public BatchSettings {
    check("maxBatch", maxBatch, 1, 1024);
    check("executors", executors, 1, 1024);
    check("queueImages", queueImages, 2, 1_000_000);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; allowed: " + min + " to " + max);
    }
  }
}
