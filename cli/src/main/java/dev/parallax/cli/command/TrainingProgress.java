package dev.parallax.cli.command;

import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.Locale;
import java.util.function.Consumer;

/** Shows how a training job goes: loss, online kNN, speed; and what it warns of, once. */
public final class TrainingProgress implements Consumer<TrainingJob> {
  private final ProgressLine line;
  private final String prefix;
  private int warnings;
  private TrainingPoint last = TrainingPoint.getDefaultInstance();

  /**
   * @param prefix what is trained, before the activity; may be empty
   */
  public TrainingProgress(ProgressLine line, String prefix) {
    this.line = line;
    this.prefix = prefix;
  }

  @Override
  public void accept(TrainingJob job) {
    JobStatus status = job.getStatus();
    for (; warnings < status.getWarningsCount(); warnings++) {
      line.say("warning: " + prefix + status.getWarnings(warnings));
    }
    for (TrainingPoint point : job.getPointsList()) {
      // A point need not hold every measurement; what was measured last is shown.
      last = last.toBuilder().mergeFrom(point).build();
    }
    line.show(prefix + Jobs.activity(status), status.getProgress(), Jobs.eta(status), numbers());
  }

  private String numbers() {
    StringBuilder numbers = new StringBuilder();
    if (last.hasLoss()) {
      numbers.append(String.format(Locale.ROOT, "loss %.3f", last.getLoss()));
    }
    if (last.hasOnlineKnn()) {
      numbers.append("  kNN ").append(Texts.percent(last.getOnlineKnn()));
    }
    if (last.hasViewsPerSecond()) {
      numbers
          .append("  ")
          .append(Texts.count(Math.round(last.getViewsPerSecond())))
          .append(" views/s");
    }
    return numbers.toString().strip();
  }
}
