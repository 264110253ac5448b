package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a job. */
@Command(
    name = "cancel",
    header = "Cancel a job that waits or runs.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax jobs cancel JOB"})
final class JobsCancelCommand extends BaseCommand {
  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String id;

  @Mixin private JobPeers peers;
  @Mixin private OutputOption output;

  JobsCancelCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    AnyJob cancelled =
        switch (peers.job(environment, id)) {
          case AnyJob.Training job -> {
            try (Trainer trainer = peers.trainer(environment)) {
              yield new AnyJob.Training(trainer.cancel(id));
            }
          }
          case AnyJob.Measuring job -> {
            try (Eval eval = peers.eval(environment)) {
              yield new AnyJob.Measuring(eval.cancel(id));
            }
          }
        };
    if (output.json()) {
      OutputOption.print(environment, cancelled.json());
    } else {
      environment.out().println(cancelled.kind() + " job " + id + " is cancelled");
    }
    return ExitCode.OK;
  }
}
