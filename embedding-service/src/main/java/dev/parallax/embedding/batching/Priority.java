package dev.parallax.embedding.batching;

/**
 * Whose images are computed first when several wait.
 *
 * @param level 1 (highest) to {@link #LOWEST}
 */
public record Priority(int level) {
  /** The level that waits longest. */
  public static final int LOWEST = 5;

  /** In the middle: both the urgent and the patient can step aside from it. */
  public static final Priority DEFAULT = new Priority(3);

  public Priority {
    if (level < 1 || level > LOWEST) {
      throw new IllegalArgumentException(
          "priority is " + level + "; allowed: 1 (highest) to " + LOWEST);
    }
  }
}
