package dev.parallax.eval.evaluation;

/** Hears how an evaluation goes. Called from any thread. */
public interface EvaluationListener {
  /** What is done now, for people. */
  void activity(String activity);

  /**
   * @param fraction of the whole, 0 to 1
   */
  void progress(double fraction);

  /** Something that a user should know although the evaluation goes on. */
  void warn(String line);
}
