package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a training worker printed; on the machine of the trainer only, as logs do not travel. */
@Command(
    name = "logs",
    header = "Show what the worker of a training job printed.",
    description =
        "Reads the log under PARALLAX_HOME, so it works on the machine where the trainer runs.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax jobs logs JOB", "  parallax jobs logs JOB --lines 1000"})
final class JobsLogsCommand extends BaseCommand {
  private static final String ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
  private static final int MAX_BYTES = 4 << 20;

  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String id;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "200",
      description = "Last lines to show; default: 200.")
  private int lines;

  JobsLogsCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() throws IOException {
    if (!id.matches(ID)) {
      throw CliException.usage("JOB", id, "the id of a job, as 'parallax jobs list' shows it");
    }
    if (lines < 1) {
      throw CliException.usage("--lines", lines, "1 or more");
    }
    Path log = environment.home().resolve("trainer/jobs").resolve(id).resolve("worker.log");
    if (Files.isDirectory(log.getParent()) && !Files.exists(log)) {
      environment.terminal().line("the worker has printed nothing");
      return ExitCode.OK;
    }
    if (!Files.isRegularFile(log)) {
      throw CliException.failure(
          log
              + " does not exist; the job has not started yet, was none of the trainer's, or ran on another machine or"
              + " under another PARALLAX_HOME");
    }
    List<String> tail = tail(log).lines().toList();
    tail.subList(Math.max(0, tail.size() - lines), tail.size()).forEach(environment.out()::println);
    return ExitCode.OK;
  }

  private static String tail(Path log) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      int count = (int) Math.min(file.length(), MAX_BYTES);
      byte[] bytes = new byte[count];
      file.seek(file.length() - count);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
