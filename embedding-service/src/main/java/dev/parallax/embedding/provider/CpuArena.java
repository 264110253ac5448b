package dev.parallax.embedding.provider;

/** What becomes of the memory that a run has used. */
public enum CpuArena {
  /** It goes back to the C library at once; a run asks for it again. */
  OFF,
  /** It is kept for the next run: faster, but memory grows to the largest batch and stays. */
  KEEPS,
  /** It is kept within a run; what is free after it goes back, on the GPU too. */
  SHRINKS;

  /**
   * @throws IllegalArgumentException one line, when what is not there should shrink
   */
  public static CpuArena of(boolean arena, boolean shrinkage) {
    if (shrinkage && !arena) {
      throw new IllegalArgumentException(
          "arenaShrinkage is true without an arena; allowed: true with arena=true");
    }
    return shrinkage ? SHRINKS : arena ? KEEPS : OFF;
  }

  public boolean isThere() {
    return this != OFF;
  }
}
