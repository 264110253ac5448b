package dev.parallax.cli.command;

import com.google.protobuf.util.Timestamps;
import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.recipe.RecipeText;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.embedding.v1.Model;
import dev.parallax.model.v1.Manifest;
import java.io.PrintStream;
import java.time.Instant;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One version of a model. */
@Command(
    name = "show",
    header = "Show a version of a model: what it takes and gives, how it was made.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax models show simclr-photos",
      "  parallax models show simclr-photos --version 3 --output json"
    })
final class ModelsShowCommand extends BaseCommand {
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String name;

  @Option(
      names = "--version",
      paramLabel = "N",
      defaultValue = "0",
      description = "Version; default: the newest that is ready.")
  private long version;

  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  ModelsShowCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    if (version < 0) {
      throw CliException.usage("--version", version, "1 or more");
    }
    Model model;
    try (Embedding embedding = embeddingOption.open(environment, peers)) {
      model = embedding.model(name, version);
    }
    if (output.json()) {
      OutputOption.print(environment, OutputOption.toJson(model));
    } else {
      print(environment.out(), model);
    }
    return ExitCode.OK;
  }

  private static void print(PrintStream out, Model model) {
    Manifest manifest = model.getManifest();
    out.println("model      " + manifest.getModel() + " version " + manifest.getVersion());
    out.println(
        "state      "
            + Embedding.text(model.getState())
            + (model.getReason().isEmpty() ? "" : ": " + model.getReason()));
    manifest
        .getInputsList()
        .forEach(
            t ->
                out.println(
                    "input      " + t.getName() + " " + t.getDatatype() + " " + t.getShapeList()));
    manifest
        .getOutputsList()
        .forEach(
            t ->
                out.println(
                    "output     " + t.getName() + " " + t.getDatatype() + " " + t.getShapeList()));
    out.println("size       " + Texts.count(manifest.getSizeBytes()) + " bytes");
    out.println("sha256     " + manifest.getSha256());
    out.println("parity     " + Texts.number(manifest.getOnnxParity()));
    out.println(
        "data       "
            + manifest.getData().getUri()
            + ", "
            + Texts.images(manifest.getData().getImages()));
    out.println(
        "epochs     "
            + Texts.number(manifest.getEpochs())
            + ", "
            + Texts.count(manifest.getSteps())
            + " steps");
    new TreeMap<>(manifest.getMetricsMap())
        .forEach(
            (metric, value) -> out.println("metric     " + metric + " " + Texts.number(value)));
    new TreeMap<>(manifest.getProvenanceMap())
        .forEach((key, value) -> out.println("made by    " + key + " " + value));
    if (manifest.hasCreateTime()) {
      out.println(
          "created    "
              + Texts.time(Instant.ofEpochMilli(Timestamps.toMillis(manifest.getCreateTime()))));
    }
    out.println("recipe");
    RecipeText.yaml(manifest.getRecipe()).lines().forEach(line -> out.println("  " + line));
  }
}
