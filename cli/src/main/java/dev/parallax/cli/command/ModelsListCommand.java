package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.terminal.Table;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.embedding.v1.Model;
import dev.parallax.model.v1.Manifest;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All models and versions. */
@Command(
    name = "list",
    header = "List models and versions, newest version first.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax models list", "  parallax models list --output json"})
final class ModelsListCommand extends BaseCommand {
  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  ModelsListCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    List<Model> models;
    try (Embedding embedding = embeddingOption.open(environment, peers)) {
      models = embedding.models();
    }
    if (output.json()) {
      JsonArray array = new JsonArray();
      models.forEach(model -> array.add(OutputOption.toJson(model)));
      JsonObject json = new JsonObject();
      json.add("models", array);
      OutputOption.print(environment, json);
    } else if (models.isEmpty()) {
      environment.out().println("no models yet; 'parallax train' publishes one");
    } else {
      Table table =
          new Table("MODEL", "VERSION", "STATE", "SIZE", "EPOCHS", "RECIPE", "CREATED", "");
      models.forEach(model -> row(table, model));
      table.lines().forEach(environment.out()::println);
    }
    return ExitCode.OK;
  }

  private static void row(Table table, Model model) {
    Manifest manifest = model.getManifest();
    table.row(
        manifest.getModel(),
        Long.toString(manifest.getVersion()),
        Embedding.text(model.getState()),
        Integer.toString(manifest.getEmbeddingSize()),
        Texts.number(manifest.getEpochs()),
        manifest.getRecipe().getName(),
        manifest.hasCreateTime()
            ? Texts.time(Instant.ofEpochMilli(Timestamps.toMillis(manifest.getCreateTime())))
            : "-",
        model.getReason());
  }
}
