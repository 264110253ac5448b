package dev.parallax.cli.command;

import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes an alias away. */
@Command(
    name = "remove",
    header = "Remove an alias; its version stays.",
    footerHeading = "%nExamples:%n",
    footer = {"  parallax models alias remove simclr-photos canary"})
final class ModelsAliasRemoveCommand extends BaseCommand {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Parameters(index = "1", paramLabel = "ALIAS", description = "Name of the alias.")
  private String alias;

  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  ModelsAliasRemoveCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    try (Embedding embedding = embeddingOption.open(environment, peers)) {
      embedding.removeAlias(model, alias);
    }
    if (output.json()) {
      JsonObject json = new JsonObject();
      json.addProperty("model", model);
      json.addProperty("removed", alias);
      OutputOption.print(environment, json);
    } else {
      environment.out().println(model + "@" + alias + " is removed");
    }
    return ExitCode.OK;
  }
}
