package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.parallax.cli.CliException;
import dev.parallax.cli.DataUris;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.output.WholeFile;
import dev.parallax.cli.report.SweepReport;
import dev.parallax.cli.sweep.Factor;
import dev.parallax.cli.sweep.Grid;
import dev.parallax.cli.sweep.Sweep;
import dev.parallax.cli.sweep.SweepFiles;
import dev.parallax.cli.sweep.SweepPlan;
import dev.parallax.cli.sweep.SweepPlan.Measurement;
import dev.parallax.cli.sweep.SweepProgress;
import dev.parallax.cli.sweep.SweepResult;
import dev.parallax.cli.sweep.SweepTable;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains and measures variations of a recipe. */
@Command(
    name = "sweep",
    header = "Train variations of a recipe, measure them and compare them: ablations, tuning.",
    description = {
      "Trains every combination of the values that --vary names, one after the other, measures each model on"
          + " --test-data through the eval service as 'eval' does (without it the training's own online kNN counts),"
          + " and writes a table, a CSV, a JSON and an HTML report.",
      "The same command again goes on where it was broken off, and reuses what is done. A run that fails is a row with"
          + " its error. At most 256 runs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  Does blur help? With three seeds, to see what is chance:",
      "    parallax sweep --data cifar/train.zip --test-data cifar/test.zip --recipe moco-v2-small \\",
      "        --vary views.blur=on,off --seeds 3",
      "  Which head? None, a linear layer, or the recipe's own (Chen et al. 2020, figure 8):",
      "    parallax sweep --data synthetic:train --test-data synthetic:test \\",
      "        --vary extraction.projection=none,linear,mlp",
      "  Temperature by batch size, 3 x 2 trainings of 5 epochs:",
      "    parallax sweep --data photos/ --epochs 5 --vary loss.temperature=0.1,0.2,0.5 \\",
      "        --vary optimization.batch_size=128,256 --out temperature.html",
      "  The representation h against the projection z, of one training each (Chen et al. 2020, section 4.2):",
      "    parallax sweep --data synthetic:train --test-data synthetic:test --vary vector=embedding,projection",
      "  Two fields together:",
      "    parallax sweep --data photos/ --vary views.grayscale,views.color_jitter=on,off",
      "",
      "PATH and values are those of 'train --set'; 'parallax recipes show' prints them. The PATH vector is the",
      "output of the models that is measured."
    })
final class SweepCommand extends BaseCommand {
  private static final int MAX_SEEDS = Grid.MAX_RUNS;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "Images to train on; also the gallery that is measured with.")
  private String data;

  @Option(
      names = "--test-data",
      paramLabel = "URI",
      description = "Labelled images to measure on; default: only the online kNN is there.")
  private String testData;

  @Option(
      names = "--gallery-data",
      paramLabel = "URI",
      description = "Labelled images for kNN and probe to learn from; default: --data.")
  private String galleryData;

  @Option(
      names = "--monitor-data",
      paramLabel = "URI",
      description = "Labelled images for the online kNN; default: the labels of --data, if any.")
  private String monitorData;

  @Option(
      names = "--vary",
      required = true,
      paramLabel = "PATH[,PATH]=V1,V2",
      description =
          "Values for a field of the recipe, or for several fields together; as often as needed.")
  private List<String> varied = List.of();

  @Mixin private RecipeOptions recipe;

  @Mixin private StartingModels startingModels;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Trainings of each combination, with seeds that follow each other; default: 1.")
  private int seeds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first seed; default: 0.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "CPU threads of the engine; default: all cores.")
  private int threads;

  @Option(
      names = "--max-corrupt-images",
      paramLabel = "N",
      defaultValue = "100",
      description = "Unreadable images to skip before a run fails; default: 100.")
  private int maxCorruptImages;

  @Option(
      names = "--max-train-images",
      paramLabel = "N",
      defaultValue = "0",
      description = "Class-balanced sample to measure with; default: all.")
  private int maxTrainImages;

  @Option(
      names = "--max-test-images",
      paramLabel = "N",
      defaultValue = "0",
      description = "Class-balanced sample to measure on; default: all.")
  private int maxTestImages;

  @Option(
      names = "--retry-failed",
      description = "Train those again that failed when this sweep was run before.")
  private boolean retryFailed;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description =
          "HTML report; .csv and .json go beside it; default: PARALLAX_HOME/reports/sweep-….html.")
  private Path out;

  @Mixin private TrainerOption trainerOption;
  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private EvalOption evalOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  SweepCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() throws IOException {
    if (seeds < 1 || seeds > MAX_SEEDS) {
      throw CliException.usage("--seeds", seeds, "1 to " + MAX_SEEDS);
    }
    if (galleryData != null && testData == null) {
      throw CliException.usage(
          "--gallery-data is given without --test-data; add labelled images to measure on");
    }
    List<Factor> factors = varied.stream().map(Factor::parse).toList();
    if (testData == null && factors.stream().anyMatch(Factor::isVector)) {
      throw CliException.usage(
          "--vary vector is given without --test-data; add labelled images to measure on");
    }
    try (Trainer trainer = trainerOption.open(environment, peers)) {
      SweepPlan plan = plan(recipe.recipe(trainer, environment), factors);
      Path html = html(plan);
      SweepResult result = run(trainer, plan);
      write(result, html);
      return result.failures() == 0 ? ExitCode.OK : ExitCode.JOB_FAILED;
    }
  }

  private SweepPlan plan(Recipe base, List<Factor> factors) {
    TrainingSpec.Builder spec =
        TrainingSpec.newBuilder()
            .setData(uri("--data", data))
            .setRecipe(base)
            .setSeed(seed)
            .setThreads(threads)
            .setMaxCorruptImages(maxCorruptImages);
    startingModels.addTo(spec);
    if (monitorData != null) {
      spec.setMonitorData(uri("--monitor-data", monitorData));
    }
    Optional<Measurement> measurement =
        Optional.ofNullable(testData)
            .map(
                test ->
                    new Measurement(
                        galleryData == null ? spec.getData() : uri("--gallery-data", galleryData),
                        uri("--test-data", test),
                        maxTrainImages,
                        maxTestImages));
    return SweepPlan.of(spec.build(), Grid.of(base, factors, seeds), seeds, measurement);
  }

  private SweepResult run(Trainer trainer, SweepPlan plan) {
    String left =
        "the job that runs goes on; the same command again picks it up, 'parallax jobs cancel' ends it";
    try (ProgressLine line = new ProgressLine(environment.terminal());
        Registration _ = environment.interruption().on(() -> line.say(left))) {
      SweepProgress progress = new SweepProgress(line, plan.runs().size(), seeds > 1);
      if (plan.measurement().isEmpty()) {
        return new Sweep(plan, trainer, Optional.empty(), retryFailed, progress).run();
      }
      try (Embedding embedding = embeddingOption.open(environment, peers);
          Eval eval = evalOption.open(environment, peers)) {
        Optional<Sweep.Measuring> measuring = Optional.of(new Sweep.Measuring(embedding, eval));
        return new Sweep(plan, trainer, measuring, retryFailed, progress).run();
      }
    }
  }

  private void write(SweepResult result, Path html) throws IOException {
    JsonObject json = SweepFiles.json(result);
    Path csvFile = beside(html, ".csv");
    Path jsonFile = beside(html, ".json");
    SweepReport.write(html, result, Instant.now());
    WholeFile.write(csvFile, SweepFiles.csv(result));
    WholeFile.write(jsonFile, SweepFiles.pretty(json));
    if (output.json()) {
      JsonArray files = new JsonArray();
      List.of(html, csvFile, jsonFile).forEach(file -> files.add(file.toString()));
      json.add("files", files);
      OutputOption.print(environment, json);
      return;
    }
    environment.terminal().line("");
    SweepTable.lines(result).forEach(environment.out()::println);
    environment.out().println();
    result.best().ifPresent(best -> environment.out().println("best     " + best.point().text()));
    if (result.failures() > 0) {
      environment
          .out()
          .println("failed   " + result.failures() + " of " + result.runs().size() + " runs");
    }
    environment.out().println("report   " + html);
    environment.out().println("tables   " + csvFile + ", " + jsonFile);
  }

  private Path html(SweepPlan plan) {
    if (out == null) {
      return environment.home().resolve("reports").resolve(plan.name() + ".html");
    }
    if (!out.toString().endsWith(".html")) {
      throw CliException.usage("--out", out, "a name that ends with .html");
    }
    return environment.workingDirectory().resolve(out);
  }

  private static Path beside(Path html, String extension) {
    String name = html.getFileName().toString();
    return html.resolveSibling(name.substring(0, name.length() - ".html".length()) + extension);
  }

  private String uri(String option, String given) {
    return DataUris.absolute(option, given, environment.workingDirectory());
  }
}
