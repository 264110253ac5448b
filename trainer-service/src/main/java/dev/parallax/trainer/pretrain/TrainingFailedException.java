package dev.parallax.trainer.pretrain;

/** A run that cannot go on; the message is one line that says what is wrong and what helps. */
public final class TrainingFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingFailedException(String message) {
    super(message);
  }

  public TrainingFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
