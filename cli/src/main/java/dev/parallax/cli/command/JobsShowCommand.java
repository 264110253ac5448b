package dev.parallax.cli.command;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.recipe.RecipeText;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.v1.TrainingJob;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One job. */
@Command(
    name = "show",
    header = "Show one job with its spec, warnings and result.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax jobs show JOB", "  parallax jobs show JOB --output json"})
final class JobsShowCommand extends BaseCommand {
  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String id;

  @Mixin private JobPeers peers;
  @Mixin private OutputOption output;

  JobsShowCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    AnyJob job = peers.job(environment, id);
    if (output.json()) {
      OutputOption.print(environment, job.json());
      return ExitCode.OK;
    }
    PrintStream out = environment.out();
    out.println("job       " + job.id() + " (" + job.kind() + ")");
    out.println("model     " + job.model());
    status(out, job.status());
    switch (job) {
      case AnyJob.Training(TrainingJob training) -> training(out, training);
      case AnyJob.Measuring(Evaluation evaluation) -> EvaluationTable.print(out, evaluation);
    }
    return ExitCode.OK;
  }

  private static void status(PrintStream out, JobStatus status) {
    out.println(
        "state     "
            + Jobs.text(status.getState())
            + (status.getActivity().isBlank() ? "" : ", " + status.getActivity())
            + ", "
            + Math.round(status.getProgress() * 100)
            + " %");
    out.println("created   " + time(status.getCreateTime()));
    if (status.hasStartTime()) {
      out.println("started   " + time(status.getStartTime()));
    }
    if (status.hasEndTime()) {
      out.println("ended     " + time(status.getEndTime()));
    }
    if (!status.getError().isEmpty()) {
      out.println("error     " + status.getError());
    }
    status.getWarningsList().forEach(warning -> out.println("warning   " + warning));
  }

  private static void training(PrintStream out, TrainingJob job) {
    out.println("data      " + job.getSpec().getData());
    out.println("seed      " + job.getSpec().getSeed());
    if (job.hasResult()) {
      out.println(
          String.format(
              Locale.ROOT,
              "published %s version %d, %d dimensions, ONNX parity %.1e",
              job.getResult().getModel(),
              job.getResult().getVersion(),
              job.getResult().getEmbeddingSize(),
              job.getResult().getOnnxParity()));
    }
    out.println("recipe");
    RecipeText.yaml(job.getSpec().getRecipe()).lines().forEach(line -> out.println("  " + line));
  }

  private static String time(Timestamp time) {
    return Texts.time(Instant.ofEpochMilli(Timestamps.toMillis(time)));
  }
}
