package dev.parallax.eval.evaluation;

import dev.parallax.eval.parallel.Progress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs the stages of an evaluation one after another: tells progress over all of them and keeps the
 * seconds of each.
 */
final class Stages {
  /** Work that may be interrupted. */
  @FunctionalInterface
  interface Stage<T> {
    T run(Progress progress) throws InterruptedException;
  }

  private final EvaluationListener listener;
  private final double total;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private double done;

  /**
   * @param total of the weights of all stages that will run
   */
  Stages(EvaluationListener listener, double total) {
    this.listener = listener;
    this.total = total;
  }

  /** Stages of the same name add up. */
  <T> T run(String name, String activity, double weight, Stage<T> stage)
      throws InterruptedException {
    listener.activity(activity);
    double from = done / total;
    double to = (done + weight) / total;
    long began = System.nanoTime();
    Progress whole = listener::progress;
    T result = stage.run(whole.part(from, to));
    seconds.merge(name, (System.nanoTime() - began) / 1e9, Double::sum);
    done += weight;
    listener.progress(to);
    return result;
  }

  Map<String, Double> seconds() {
    return seconds;
  }
}
