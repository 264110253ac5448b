package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.DataUris;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.KnnProtocol;
import dev.parallax.eval.v1.LinearProtocol;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Submits an evaluation and follows it. */
@Command(
    name = "eval",
    header = "Measure a served model: weighted kNN and a linear probe.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax eval --model simclr-photos --train-data train.zip --test-data test.zip",
      "  parallax eval --model simclr-photos --version 2 --train-data train/ --test-data test/ \\",
      "      --knn-k 20 --no-linear --output json"
    })
final class EvalCommand extends BaseCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Model to measure.")
  private String model;

  @Option(
      names = "--version",
      paramLabel = "N",
      defaultValue = "0",
      description = "Version; default: the newest that is ready.")
  private long version;

  @Option(
      names = "--vector",
      paramLabel = "NAME",
      defaultValue = "embedding",
      description = "Output of the model to measure: embedding (h, default) or projection (z).")
  private String vector;

  @Option(
      names = "--train-data",
      required = true,
      paramLabel = "URI",
      description = "Labelled images: gallery of kNN, training set of the probe.")
  private String trainData;

  @Option(
      names = "--test-data",
      required = true,
      paramLabel = "URI",
      description = "Labelled images to classify.")
  private String testData;

  @Option(
      names = "--max-train-images",
      paramLabel = "N",
      defaultValue = "0",
      description = "Class-balanced sample of the training images; default: all.")
  private int maxTrainImages;

  @Option(
      names = "--max-test-images",
      paramLabel = "N",
      defaultValue = "0",
      description = "Class-balanced sample of the test images; default: all.")
  private int maxTestImages;

  @Option(
      names = "--knn-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Neighbours that vote; default: 200, or a tenth of a smaller gallery.")
  private int k;

  @Option(
      names = "--knn-temperature",
      paramLabel = "T",
      defaultValue = "0.1",
      description = "Temperature of the votes; default: 0.1.")
  private double temperature;

  @Option(
      names = "--linear-c",
      split = ",",
      paramLabel = "C",
      description = "Inverse strengths of the penalty to choose from; default: 1e-3 to 1e3.")
  private List<Double> c = List.of();

  @Option(names = "--no-knn", description = "Leave kNN out.")
  private boolean noKnn;

  @Option(names = "--no-linear", description = "Leave the linear probe out.")
  private boolean noLinear;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of samples and splits; default: 0.")
  private long seed;

  @Option(names = "--detach", description = "Submit the evaluation and do not wait for it.")
  private boolean detach;

  @Mixin private EvalOption evalOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  EvalCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    if (noKnn && noLinear) {
      throw CliException.usage(
          "--no-knn and --no-linear leave nothing to measure; allowed: one of them");
    }
    try (Eval eval = evalOption.open(environment, peers)) {
      Evaluation evaluation = eval.create(spec());
      if (!detach) {
        evaluation = followed(eval, evaluation);
      }
      if (output.json()) {
        OutputOption.print(environment, new AnyJob.Measuring(evaluation).json());
      }
      if (detach) {
        if (!output.json()) {
          environment.out().println(evaluation.getId());
        }
        return ExitCode.OK;
      }
      Outcome.requireSuccess("evaluation " + evaluation.getId(), evaluation.getStatus());
      if (!output.json()) {
        environment.out().println("model     " + model);
        EvaluationTable.print(environment.out(), evaluation);
      }
      return ExitCode.OK;
    }
  }

  private Evaluation followed(Eval eval, Evaluation evaluation) {
    String left =
        "the evaluation goes on; 'parallax jobs watch " + evaluation.getId() + "' follows it again";
    try (ProgressLine line = new ProgressLine(environment.terminal());
        Registration _ = environment.interruption().on(() -> line.say(left))) {
      return eval.follow(evaluation.getId(), new EvaluationProgress(line, ""));
    }
  }

  private EvaluationSpec spec() {
    EvaluationSpec.Builder spec =
        EvaluationSpec.newBuilder()
            .setModel(model)
            .setVersion(version)
            .setOutput(vector)
            .setTrainData(
                DataUris.absolute("--train-data", trainData, environment.workingDirectory()))
            .setTestData(DataUris.absolute("--test-data", testData, environment.workingDirectory()))
            .setMaxTrainImages(maxTrainImages)
            .setMaxTestImages(maxTestImages)
            .setSeed(seed);
    if (!noKnn) {
      spec.setKnn(KnnProtocol.newBuilder().setK(k).setTemperature(temperature));
    }
    if (!noLinear) {
      spec.setLinear(LinearProtocol.newBuilder().addAllC(c));
    }
    return spec.build();
  }
}
