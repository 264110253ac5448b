package dev.parallax.cli.command;

import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobStatus;
import java.util.function.Consumer;

/** Shows how an evaluation goes, and what it warns of, once. */
public final class EvaluationProgress implements Consumer<Evaluation> {
  private final ProgressLine line;
  private final String prefix;
  private int warnings;

  /**
   * @param prefix what is measured, before the activity; may be empty
   */
  public EvaluationProgress(ProgressLine line, String prefix) {
    this.line = line;
    this.prefix = prefix;
  }

  @Override
  public void accept(Evaluation evaluation) {
    JobStatus status = evaluation.getStatus();
    for (; warnings < status.getWarningsCount(); warnings++) {
      line.say("warning: " + prefix + status.getWarnings(warnings));
    }
    line.show(prefix + Jobs.activity(status), status.getProgress(), Jobs.eta(status), "");
  }
}
