package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.embed.EmbeddingRun;
import dev.parallax.cli.embed.Source;
import dev.parallax.cli.output.EmbeddingFile;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.model.v1.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Embeds images into a file. */
@Command(
    name = "embed",
    header = "Turn images into vectors: files, folders or any dataset into .npy, .csv or .parquet.",
    description = {
      "A .npy comes with a .names.txt of one name a line in the same order, and with .labels.npy where the images have"
          + " labels. An unreadable image is named, left out and counted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax embed --model simclr-photos photos/",
      "  parallax embed --model simclr-photos a.jpg b.png --out ab.csv --normalize",
      "  parallax embed --model simclr-cifar --out test.parquet cifar10/test_batch.bin"
    })
final class EmbedCommand extends BaseCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGES",
      description = "Image files, folders, .zip, CIFAR or IDX files, synthetic:test.")
  private List<String> inputs = List.of();

  @Option(names = "--model", required = true, paramLabel = "NAME", description = "Model to use.")
  private String model;

  @Option(
      names = "--version",
      paramLabel = "N",
      defaultValue = "0",
      description = "Version; default: the newest that is ready.")
  private long version;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      defaultValue = "embeddings.npy",
      description = "File to write, .npy, .csv or .parquet; default: embeddings.npy.")
  private Path out;

  @Option(
      names = "--vector",
      paramLabel = "NAME",
      defaultValue = "embedding",
      description = "Output of the model: embedding (default) or projection.")
  private String vector;

  @Option(names = "--normalize", description = "Scale every vector to unit length.")
  private boolean normalize;

  @Option(
      names = "--batch-images",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images in a request, 1 to 256; default: 64.")
  private int batchImages;

  @Option(
      names = "--max-unreadable",
      paramLabel = "N",
      defaultValue = "100",
      description = "Unreadable images to leave out before giving up; default: 100.")
  private int maxUnreadable;

  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  EmbedCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() throws IOException {
    Path file = environment.workingDirectory().resolve(out);
    EmbeddingFile.Format.of(file);
    if (maxUnreadable < 0) {
      throw CliException.usage("--max-unreadable", maxUnreadable, "0 or more");
    }
    try (Source source = Source.of(inputs, environment.workingDirectory());
        Embedding embedding = embeddingOption.open(environment, peers);
        ProgressLine line = new ProgressLine(environment.terminal());
        EmbeddingWriter writer = new EmbeddingWriter(source, file, maxUnreadable, line)) {
      Manifest manifest = embedding.model(model, version).getManifest();
      ModelSelector selector =
          ModelSelector.newBuilder()
              .setModel(manifest.getModel())
              .setVersion(manifest.getVersion())
              .build();
      EmbedOptions options =
          EmbedOptions.newBuilder().setOutput(vector).setL2Normalize(normalize).build();
      new EmbeddingRun(new EmbeddingRun.Settings(selector, options, batchImages), source, writer)
          .run(embedding.peer());
      List<Path> files = writer.commit();
      line.clear();
      print(manifest, writer, files);
      return ExitCode.OK;
    }
  }

  private void print(Manifest manifest, EmbeddingWriter writer, List<Path> files) {
    if (output.json()) {
      JsonObject json = new JsonObject();
      json.addProperty("model", manifest.getModel());
      json.addProperty("version", manifest.getVersion());
      json.addProperty("images", writer.rows());
      json.addProperty("unreadable", writer.unreadable());
      json.addProperty("dimensions", writer.dimensions());
      JsonArray array = new JsonArray();
      files.forEach(path -> array.add(path.toString()));
      json.add("files", array);
      OutputOption.print(environment, json);
      return;
    }
    environment
        .out()
        .println(
            Texts.images(writer.rows())
                + " by "
                + writer.dimensions()
                + " dimensions of "
                + manifest.getModel()
                + " version "
                + manifest.getVersion()
                + (writer.unreadable() == 0
                    ? ""
                    : ", " + Texts.count(writer.unreadable()) + " unreadable left out"));
    files.forEach(environment.out()::println);
  }
}
