package dev.parallax.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.terminal.Table;
import dev.parallax.model.v1.Alias;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The aliases of a model. */
@Command(
    name = "list",
    header = "List the aliases of a model.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax models alias list simclr-photos"})
final class ModelsAliasListCommand extends BaseCommand {
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  ModelsAliasListCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    List<Alias> aliases;
    try (Embedding embedding = embeddingOption.open(environment, peers)) {
      aliases = embedding.aliases(model);
    }
    if (output.json()) {
      JsonArray array = new JsonArray();
      aliases.forEach(alias -> array.add(OutputOption.toJson(alias)));
      JsonObject json = new JsonObject();
      json.add("aliases", array);
      OutputOption.print(environment, json);
    } else if (aliases.isEmpty()) {
      environment
          .out()
          .println(model + " has no alias; its newest version takes the calls that name none");
    } else {
      Table table = new Table("ALIAS", "VERSION", "TRAFFIC");
      aliases.forEach(
          alias ->
              table.row(
                  alias.getName(),
                  Long.toString(alias.getVersion()),
                  alias.getTrafficPercent() > 0 ? alias.getTrafficPercent() + "%" : "-"));
      table.lines().forEach(environment.out()::println);
    }
    return ExitCode.OK;
  }
}
