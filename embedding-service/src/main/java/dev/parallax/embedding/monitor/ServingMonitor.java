package dev.parallax.embedding.monitor;

/**
 * Hears what happens to images; implementations must be quick and thread-safe. Durations are
 * nanoseconds.
 */
public interface ServingMonitor {

  /** Why a call was turned away before any work was done for it. */
  enum Refusal {
    QUEUE_FULL,
    QUEUE_TIME,
    TOO_MUCH_IN_FLIGHT,
    TOO_MANY_STREAMS,
    STOPPING,
    UNAUTHENTICATED,
    FORBIDDEN,
    RATE_LIMIT
  }

  /** Why an accepted image was given up before it was computed. */
  enum Drop {
    CANCELLED,
    DEADLINE
  }

  /** What became of an image. */
  enum Outcome {
    EMBEDDED,
    UNREADABLE,
    FAILED
  }

  /** An image was decoded and resized, or found unreadable. */
  void decoded(String model, long nanos);

  /** An image waited this long between decoding and its batch. */
  void queued(String model, long nanos);

  /** A batch ran, successfully or not. */
  void computed(String model, int images, long nanos);

  /**
   * A batch ran successfully: so long it took to put it together, to compute it, and to hand its
   * vectors out.
   */
  void executed(
      String model, long version, int images, long inputNanos, long inferNanos, long outputNanos);

  /**
   * A call was answered; its four parts add up to the time that it spent here.
   *
   * @param images that have a vector
   * @param inputNanos decoding, with the wait for a thread
   * @param queueNanos wait for a batch
   * @param inferNanos run of the batch
   * @param outputNanos from there to the answer
   */
  void answered(
      String model,
      long version,
      int images,
      long inputNanos,
      long queueNanos,
      long inferNanos,
      long outputNanos);

  /** A call on a version that was ready has failed or was refused. */
  void notAnswered(String model, long version, long nanos);

  void finished(String model, Outcome outcome);

  void dropped(String model, Drop reason);

  void refused(Refusal reason);

  /**
   * A caller was refused for who it is or what it has used up.
   *
   * @param label one of a few that the operator chose, never what a caller made up
   */
  default void refusedCaller(String label) {}

  /** A model version was loaded (or could not be) in so many nanoseconds. */
  void loaded(String model, boolean ready, long nanos);

  /** Hears nothing. */
  static ServingMonitor silent() {
    return Silent.INSTANCE;
  }
}
