package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.client.Embedding;
import dev.parallax.model.v1.Alias;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Points an alias at a version. */
@Command(
    name = "set",
    header = "Point an alias at a version, from the next call on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallax models alias set simclr-photos stable 3",
      "  parallax models alias set simclr-photos canary 4 --traffic 10"
    })
final class ModelsAliasSetCommand extends BaseCommand {
  private static final int MAX_PERCENT = 100;

  @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Parameters(index = "1", paramLabel = "ALIAS", description = "stable, canary or any other name.")
  private String alias;

  @Parameters(index = "2", paramLabel = "VERSION", description = "A version that can serve.")
  private long version;

  @Option(
      names = "--traffic",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "Of canary: its share of the calls that name no version, 0 to 100.")
  private int percent;

  @Mixin private EmbeddingOption embeddingOption;
  @Mixin private PeerOptions peers;
  @Mixin private OutputOption output;

  ModelsAliasSetCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    if (version < 1) {
      throw CliException.usage("VERSION", version, "1 or more");
    }
    if (percent < 0 || percent > MAX_PERCENT) {
      throw CliException.usage("--traffic", percent, "0 to " + MAX_PERCENT);
    }
    Alias set;
    try (Embedding embedding = embeddingOption.open(environment, peers)) {
      set = embedding.setAlias(model, alias, version, percent);
    }
    if (output.json()) {
      OutputOption.print(environment, OutputOption.toJson(set));
    } else {
      environment
          .out()
          .println(
              "%s@%s is version %d%s"
                  .formatted(
                      model,
                      set.getName(),
                      set.getVersion(),
                      set.getTrafficPercent() > 0
                          ? " with " + set.getTrafficPercent() + " % of the calls"
                          : ""));
    }
    return ExitCode.OK;
  }
}
