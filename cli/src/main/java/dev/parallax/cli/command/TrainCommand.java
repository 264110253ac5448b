package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.cli.DataUris;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Submits a training job and follows it. */
@Command(
    name = "train",
    header = "Pretrain an encoder on images without labels and publish it.",
    description = {
      "Submits the job to the trainer and shows its progress. Ctrl-C leaves the job running; 'parallax jobs' finds it"
          + " again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax train --data photos/",
      "  parallax train --data cifar10.zip --recipe simclr-cifar --epochs 200 --model cifar",
      "  parallax train --data photos/ --method moco-v2 --set loss.temperature=0.1 --set views.blur=off",
      "  parallax recipes show simclr > my.yaml; parallax train --data photos/ --recipe my.yaml",
      "  parallax train --data photos/ --initial-model simclr-photos/2 --detach",
      "",
      "Data: a folder of images (in class folders or not), a .zip of one, CIFAR-10/100 or IDX files,",
      "or synthetic:train. 'parallax recipes' lists recipes, 'parallax recipes show' what --set takes:",
      "  loss.temperature=0.1        the loss that the recipe has; loss.nt_xent.temperature in full",
      "  views.color_jitter.hue=0.2  in all pipelines; views.pipelines[0].color_jitter.hue in one",
      "  views.blur=off              leaves a part out",
      "  extraction.projection=linear    none, linear, or mlp: the recipe's own"
    })
final class TrainCommand extends BaseCommand {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "Images to train on; labels are not looked at.")
  private String data;

  @Option(
      names = "--monitor-data",
      paramLabel = "URI",
      description =
          "Labelled images for the online kNN curve; default: the labels of --data, if it has any.")
  private String monitorData;

  @Mixin private RecipeOptions recipe;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name to publish under; default: method and data, as in simclr-photos.")
  private String model;

  @Mixin private StartingModels startingModels;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of initialisation, order and views; default: 0.")
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
      description = "Unreadable images to skip before the job fails; default: 100.")
  private int maxCorruptImages;

  @Option(names = "--detach", description = "Submit the job and do not wait for it.")
  private boolean detach;

  @Mixin private TrainerOption trainerOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  TrainCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    String uri = DataUris.absolute("--data", data, environment.workingDirectory());
    try (Trainer trainer = trainerOption.open(environment, peers)) {
      TrainingJob job = trainer.create(spec(uri, recipe.recipe(trainer, environment)));
      if (detach) {
        print(job, "submitted; 'parallax jobs watch " + job.getId() + "' follows it");
        return ExitCode.OK;
      }
      job = followed(trainer, job);
      Outcome.requireSuccess("training job " + job.getId(), job.getStatus());
      PublishedModel published = job.getResult();
      print(
          job,
          String.format(
              Locale.ROOT,
              "published %s version %d: %d dimensions, ONNX parity %.1e",
              published.getModel(),
              published.getVersion(),
              published.getEmbeddingSize(),
              published.getOnnxParity()));
      return ExitCode.OK;
    }
  }

  private TrainingJob followed(Trainer trainer, TrainingJob job) {
    String left = "the job goes on; 'parallax jobs watch " + job.getId() + "' follows it again";
    try (ProgressLine line = new ProgressLine(environment.terminal());
        Registration _ = environment.interruption().on(() -> line.say(left))) {
      return trainer.follow(job.getId(), new TrainingProgress(line, ""));
    }
  }

  private TrainingSpec spec(String uri, Recipe full) {
    TrainingSpec.Builder spec =
        TrainingSpec.newBuilder()
            .setData(uri)
            .setRecipe(full)
            .setModel(model == null ? DataUris.modelName(full.getName(), uri) : model)
            .setSeed(seed)
            .setThreads(threads)
            .setMaxCorruptImages(maxCorruptImages);
    startingModels.addTo(spec);
    if (monitorData != null) {
      spec.setMonitorData(
          DataUris.absolute("--monitor-data", monitorData, environment.workingDirectory()));
    }
    return spec.build();
  }

  private void print(TrainingJob job, String text) {
    if (output.json()) {
      JsonObject json = OutputOption.toJson(job).getAsJsonObject();
      json.remove("points");
      OutputOption.print(environment, json);
    } else {
      environment.out().println("job " + job.getId() + ": " + text);
    }
  }
}
