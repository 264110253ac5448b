package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that all others belong to. */
@Command(
    name = "parallax",
    header = "Learns visual representations without labels, serves them and measures them.",
    versionProvider = ParallaxCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 done   1 failure   2 wrong usage   3 service not reachable   4 job failed   130 Ctrl-C",
      "",
      "Begin with:",
      "  parallax quickstart",
      "  parallax quickstart --data photos/ --test-data labelled-photos.zip"
    })
final class ParallaxCommand extends BaseCommand {
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Spec private CommandSpec spec;

  ParallaxCommand(Environment environment) {
    super(environment);
  }

  @Override
  public Integer call() {
    return showHelp(spec);
  }

  /** The version that Maven built. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties build = new Properties();
      try (InputStream in =
          ParallaxCommand.class.getResourceAsStream("/parallax-build.properties")) {
        if (in != null) {
          build.load(in);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {
        "parallax " + build.getProperty("version", "unknown") + ", Java " + Runtime.version()
      };
    }
  }
}
