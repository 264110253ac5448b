package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.local.Installation;
import dev.parallax.cli.quickstart.QuickstartRun;
import dev.parallax.cli.quickstart.Request;
import dev.parallax.cli.quickstart.Result;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Images in; a pretrained, served and measured encoder out. */
@Command(
    name = "quickstart",
    header = "Pretrain an encoder, serve it, measure it and write a report, in one go.",
    description = {
      "Starts the three services on free ports of the loopback, trains on --data without its labels, publishes the"
          + " model, measures it and the same architecture at random initialisation through the embedding service"
          + " (weighted kNN and a linear probe), and stops what it started.",
      "The model stays in PARALLAX_HOME/models, the report in PARALLAX_HOME/reports."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax quickstart",
      "  parallax quickstart --data cifar10/train.zip --test-data cifar10/test.zip --epochs 20",
      "  parallax quickstart --data photos/ --gallery-data labelled/ --test-data held-out/",
      "  parallax quickstart --data photos/ --train-only --output json",
      "",
      "Data: a folder of images (one folder per class: labelled), a .zip of one, CIFAR-10/100 or IDX",
      "files, or synthetic:train, which is built in."
    })
final class QuickstartCommand extends BaseCommand {
  @Option(
      names = "--data",
      paramLabel = "URI",
      defaultValue = "synthetic:train",
      description = "Images to train on; default: synthetic:train.")
  private String data;

  @Option(
      names = "--test-data",
      paramLabel = "URI",
      description = "Labelled images to measure on; default for synthetic data: synthetic:test.")
  private String testData;

  @Option(
      names = "--gallery-data",
      paramLabel = "URI",
      description = "Labelled images for kNN and probe to learn from; default: --data.")
  private String galleryData;

  @Option(names = "--train-only", description = "Train and publish, and measure nothing.")
  private boolean trainOnly;

  @Option(
      names = {"--method", "--recipe"},
      paramLabel = "NAME|FILE",
      defaultValue = "simclr",
      description =
          "A method, which means its small recipe, a recipe, or a .yaml file; default: simclr.")
  private String method;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name to publish under; default: method and data, as in simclr-synthetic.")
  private String model;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images in a step.")
  private Integer batchSize;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of everything random; default: 0.")
  private long seed;

  @Option(
      names = "--max-train-images",
      paramLabel = "N",
      defaultValue = "25000",
      description = "Class-balanced sample to measure with, 0: all; default: 25000.")
  private int maxTrainImages;

  @Option(
      names = "--max-test-images",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Class-balanced sample to measure on, 0: all; default: 10000.")
  private int maxTestImages;

  @Option(
      names = "--keep",
      description = "Leave the services running after the result, until Ctrl-C.")
  private boolean keep;

  @Mixin private OutputOption output;

  QuickstartCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() throws IOException {
    Request request =
        new Request(
            data,
            Optional.ofNullable(galleryData),
            Optional.ofNullable(testData),
            trainOnly,
            method,
            Optional.ofNullable(model),
            epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs),
            batchSize == null ? OptionalInt.empty() : OptionalInt.of(batchSize),
            seed,
            maxTrainImages,
            maxTestImages);
    new QuickstartRun(environment, Installation.of(environment)).run(request, keep, this::print);
    return ExitCode.OK;
  }

  private void print(Result result) {
    if (output.json()) {
      OutputOption.print(environment, result.json());
    } else {
      environment.terminal().line("");
      result.lines().forEach(environment.out()::println);
    }
    environment.out().flush();
  }
}
