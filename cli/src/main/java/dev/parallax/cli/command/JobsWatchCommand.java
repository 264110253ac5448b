package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.TrainingJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Follows a job to its end. */
@Command(
    name = "watch",
    header = "Follow a job until it ends.",
    description =
        "Exit code 0 when it succeeds, 4 when it fails or is cancelled. Ctrl-C leaves it running.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax jobs watch JOB"})
final class JobsWatchCommand extends BaseCommand {
  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String id;

  @Mixin private JobPeers peers;
  @Mixin private OutputOption output;

  JobsWatchCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    AnyJob job = followed(peers.job(environment, id));
    if (output.json()) {
      OutputOption.print(environment, job.json());
    }
    Outcome.requireSuccess(job.kind() + " job " + id, job.status());
    if (!output.json()) {
      switch (job) {
        case AnyJob.Training(TrainingJob training) ->
            environment
                .out()
                .println(
                    "published "
                        + training.getResult().getModel()
                        + " version "
                        + training.getResult().getVersion());
        case AnyJob.Measuring(Evaluation evaluation) ->
            EvaluationTable.print(environment.out(), evaluation);
      }
    }
    return ExitCode.OK;
  }

  private AnyJob followed(AnyJob job) {
    try (ProgressLine line = new ProgressLine(environment.terminal());
        Registration _ = environment.interruption().on(() -> line.say("the job goes on"))) {
      return switch (job) {
        case AnyJob.Training training -> {
          try (Trainer trainer = peers.trainer(environment)) {
            yield new AnyJob.Training(trainer.follow(id, new TrainingProgress(line, "")));
          }
        }
        case AnyJob.Measuring measuring -> {
          try (Eval eval = peers.eval(environment)) {
            yield new AnyJob.Measuring(eval.follow(id, new EvaluationProgress(line, "")));
          }
        }
      };
    }
  }
}
