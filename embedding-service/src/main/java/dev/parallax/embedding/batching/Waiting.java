package dev.parallax.embedding.batching;

/** What can stand in a {@link WaitingLine}. */
public interface Waiting {
  /**
   * Whose it is; callers of one priority take turns, so that what one of them has sent beyond its
   * turn waits behind the others.
   */
  Object caller();

  Priority priority();

  /** Images in it, 1 or more. */
  int images();
}
