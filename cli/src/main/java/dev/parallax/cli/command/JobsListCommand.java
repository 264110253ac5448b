package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.terminal.Table;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.job.v1.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest jobs. */
@Command(
    name = "list",
    header = "List the newest jobs.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax jobs list",
      "  parallax jobs list --kind training --limit 5 --output json"
    })
final class JobsListCommand extends BaseCommand {
  private enum Kind {
    ALL,
    TRAINING,
    EVALUATION
  }

  @Option(
      names = "--kind",
      paramLabel = "all|training|evaluation",
      defaultValue = "all",
      description = "Which jobs; default: all.")
  private Kind kind = Kind.ALL;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Most jobs to list; default: 20.")
  private int limit;

  @Mixin private JobPeers peers;
  @Mixin private OutputOption output;

  JobsListCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 10_000) {
      throw CliException.usage("--limit", limit, "1 to 10000");
    }
    List<AnyJob> jobs =
        switch (kind) {
          case TRAINING -> trainings();
          case EVALUATION -> evaluations();
          case ALL -> both();
        };
    jobs =
        jobs.stream()
            .sorted(Comparator.comparing(JobsListCommand::created).reversed())
            .limit(limit)
            .toList();
    if (output.json()) {
      JsonArray array = new JsonArray();
      jobs.forEach(job -> array.add(job.json()));
      JsonObject json = new JsonObject();
      json.add("jobs", array);
      OutputOption.print(environment, json);
    } else if (jobs.isEmpty()) {
      environment.out().println("no jobs yet; 'parallax train' submits one");
    } else {
      table(jobs).lines().forEach(environment.out()::println);
    }
    return ExitCode.OK;
  }

  /** One service that is away does not hide the other's jobs. */
  private List<AnyJob> both() {
    List<AnyJob> jobs = new ArrayList<>();
    List<CliException> away = new ArrayList<>();
    for (Supplier<List<AnyJob>> source :
        Stream.<Supplier<List<AnyJob>>>of(this::trainings, this::evaluations).toList()) {
      try {
        jobs.addAll(source.get());
      } catch (CliException e) {
        if (e.exitCode() != ExitCode.UNREACHABLE) {
          throw e;
        }
        away.add(e);
      }
    }
    if (away.size() == 2) {
      throw away.getFirst();
    }
    away.forEach(e -> environment.terminal().line("parallax: " + e.getMessage()));
    return jobs;
  }

  private List<AnyJob> trainings() {
    try (Trainer trainer = peers.trainer(environment)) {
      return trainer.list(limit).stream().<AnyJob>map(AnyJob.Training::new).toList();
    }
  }

  private List<AnyJob> evaluations() {
    try (Eval eval = peers.eval(environment)) {
      return eval.list(limit).stream().<AnyJob>map(AnyJob.Measuring::new).toList();
    }
  }

  private static Table table(List<AnyJob> jobs) {
    Table table = new Table("ID", "KIND", "MODEL", "STATE", "DONE", "CREATED", "ACTIVITY");
    for (AnyJob job : jobs) {
      JobStatus status = job.status();
      table.row(
          job.id(),
          job.kind(),
          job.model(),
          Jobs.text(status.getState()),
          Math.round(status.getProgress() * 100) + " %",
          Texts.time(created(job)),
          status.getError().isEmpty() ? status.getActivity() : status.getError());
    }
    return table;
  }

  private static Instant created(AnyJob job) {
    return Instant.ofEpochMilli(Timestamps.toMillis(job.status().getCreateTime()));
  }
}
