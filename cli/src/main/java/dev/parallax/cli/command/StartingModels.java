package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Published models that a training begins with. */
final class StartingModels {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,62})(?:/([1-9][0-9]{0,17}))?");

  @Option(
      names = "--initial-model",
      paramLabel = "NAME[/VERSION]",
      description =
          "Model whose weights encoder and head start from; without a version the newest.")
  private String initial;

  @Option(
      names = "--teacher",
      paramLabel = "NAME[/VERSION]",
      description = "Model that a distillation recipe learns from; without a version the newest.")
  private String teacher;

  void addTo(TrainingSpec.Builder spec) {
    if (initial != null) {
      spec.setInitialModel(reference("--initial-model", initial));
    }
    if (teacher != null) {
      spec.setTeacherModel(reference("--teacher", teacher));
    }
  }

  private static ModelReference reference(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw CliException.usage(
          option,
          text,
          "NAME or NAME/VERSION, as in simclr-photos/2; 'parallax models list' has them");
    }
    return ModelReference.newBuilder()
        .setModel(matcher.group(1))
        .setVersion(matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)))
        .build();
  }
}
