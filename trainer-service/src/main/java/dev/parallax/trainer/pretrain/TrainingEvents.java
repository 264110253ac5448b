package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.v1.TrainingPoint;
import java.util.OptionalDouble;

/** Hears of a run as it goes on. */
public interface TrainingEvents {
  /**
   * What the run does now.
   *
   * @param fraction work done, 0 to 1
   */
  void progress(String activity, double fraction, OptionalDouble etaSeconds);

  void point(TrainingPoint point);

  /** Something a user should know although the run goes on; one line. */
  void warning(String message);
}
