package dev.parallax.eval.embeddings;

/** The share of predictions that are right. */
public final class Accuracy {
  private Accuracy() {}

  /**
   * @return 0 to 1
   * @throws IllegalArgumentException when there is nothing to compare or the lengths differ
   */
  public static double of(int[] predicted, int[] labels) {
    if (predicted.length != labels.length || labels.length == 0) {
      throw new IllegalArgumentException(
          "predicted has "
              + predicted.length
              + " entries, labels "
              + labels.length
              + "; allowed: as many of both, 1 or more");
    }
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      if (predicted[i] == labels[i]) {
        right++;
      }
    }
    return (double) right / labels.length;
  }
}
