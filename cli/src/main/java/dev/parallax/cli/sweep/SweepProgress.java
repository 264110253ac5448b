package dev.parallax.cli.sweep;

import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.command.TrainingNumbers;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Shows the run that is under way and how far the whole is, and says what came of each run. */
public final class SweepProgress {
  /** Share of a run that is training, where it is measured, too; only for the bar. */
  private static final double TRAINING = 0.9;

  private final ProgressLine line;
  private final int total;
  private final boolean seeds;

  /** Seconds of the runs that were not done already. */
  private final List<Double> took = new ArrayList<>();

  private int done;
  private String stage = "";
  private long begun;
  private TrainingNumbers numbers = new TrainingNumbers();

  /**
   * @param total runs in all
   * @param seeds whether combinations are trained with several seeds
   */
  public SweepProgress(ProgressLine line, int total, boolean seeds) {
    this.line = line;
    this.total = total;
    this.seeds = seeds;
  }

  void begin(SweepRun run) {
    stage = "run %d of %d, %s".formatted(done + 1, total, name(run));
    begun = System.nanoTime();
    numbers = new TrainingNumbers();
  }

  void training(TrainingJob job) {
    numbers.add(job.getPointsList());
    double share = job.getStatus().getProgress();
    show(": " + Jobs.activity(job.getStatus()), share * TRAINING, Jobs.eta(job.getStatus()));
  }

  void measuring(Evaluation evaluation) {
    double share = evaluation.getStatus().getProgress();
    show(
        ": " + Jobs.activity(evaluation.getStatus()),
        TRAINING + share * (1 - TRAINING),
        Jobs.eta(evaluation.getStatus()));
  }

  void end(RunResult result) {
    boolean fresh = elapsed() > 1;
    if (fresh) {
      took.add(elapsed());
    }
    done++;
    line.say("run %d of %d, %s: %s".formatted(done, total, name(result.run()), outcome(result)));
  }

  private void show(String activity, double share, OptionalDouble eta) {
    line.show(stage + activity, (done + share) / total, whole(eta), numbers.text());
  }

  /** This run by its own estimate, the others as long as those before, or else as this one. */
  private OptionalDouble whole(OptionalDouble eta) {
    int others = total - done - 1;
    OptionalDouble each = took.stream().mapToDouble(s -> s).average();
    if (each.isPresent()) {
      double rest = eta.orElse(Math.max(0, each.getAsDouble() - elapsed()));
      return OptionalDouble.of(rest + others * each.getAsDouble());
    }
    return eta.isPresent()
        ? OptionalDouble.of(eta.getAsDouble() + others * (elapsed() + eta.getAsDouble()))
        : OptionalDouble.empty();
  }

  private double elapsed() {
    return (System.nanoTime() - begun) / 1e9;
  }

  private String name(SweepRun run) {
    return run.point().text() + (seeds ? ", seed " + run.spec().getSeed() : "");
  }

  private static String outcome(RunResult result) {
    if (result.failed()) {
      return result.error();
    }
    StringBuilder text = new StringBuilder();
    result
        .loss()
        .ifPresent(loss -> text.append("loss ").append(SweepTable.loss(loss)).append("  "));
    for (Measure measure : Measure.values()) {
      measure
          .of(result)
          .ifPresent(
              value ->
                  text.append(measure.title())
                      .append(' ')
                      .append(Texts.percent(value))
                      .append("  "));
    }
    result.seconds().ifPresent(seconds -> text.append(Texts.duration(seconds)));
    return text.isEmpty() ? "done" : text.toString().strip();
  }
}
