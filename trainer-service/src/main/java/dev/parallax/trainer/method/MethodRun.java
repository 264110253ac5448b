package dev.parallax.trainer.method;

import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The numbers of a run that a method depends on.
 *
 * @param batch images of a step
 * @param views views of an image
 * @param images images of the dataset
 * @param steps steps of the whole run
 * @param stepsPerEpoch steps of an epoch
 * @param seed of everything that is drawn
 * @param labels class of an image by its index in the dataset; asked for by labels alone
 * @param teacher asked for by distillation alone
 */
public record MethodRun(
    int batch,
    int views,
    int images,
    long steps,
    long stepsPerEpoch,
    long seed,
    IntUnaryOperator labels,
    Optional<Teacher> teacher) {

  /** A run without labels and without a teacher. */
  public static MethodRun unlabelled(int batch, int views, int images, long steps, long seed) {
    long stepsPerEpoch = Math.max(1, images / batch);
    return new MethodRun(
        batch, views, images, steps, stepsPerEpoch, seed, image -> -1, Optional.empty());
  }

  /** The epoch, from 0, that a step belongs to. */
  long epoch(long step) {
    return step / Math.max(1, stepsPerEpoch);
  }
}
