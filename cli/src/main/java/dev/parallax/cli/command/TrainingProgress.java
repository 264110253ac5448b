package dev.parallax.cli.command;

import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.TrainingJob;
import java.util.function.Consumer;

/** Shows how a training job goes: loss, online kNN, speed; and what it warns of, once. */
public final class TrainingProgress implements Consumer<TrainingJob> {
  private final ProgressLine line;
  private final String prefix;
  private int warnings;
  private final TrainingNumbers numbers = new TrainingNumbers();

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
    numbers.add(job.getPointsList());
    line.show(
        prefix + Jobs.activity(status), status.getProgress(), Jobs.eta(status), numbers.text());
  }
}
