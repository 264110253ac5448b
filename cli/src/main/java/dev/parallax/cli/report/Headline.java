package dev.parallax.cli.report;

import dev.parallax.model.v1.Manifest;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.List;
import java.util.OptionalDouble;

/** The top of the page: the result in one line, and what it is the result of. */
final class Headline {
  private Headline() {}

  static Html of(ReportData data) {
    Manifest manifest = data.manifest();
    return Html.of(
        """
        <header>
        <p class="kicker">Parallax · pretraining report</p>
        <h1>{}</h1>
        <dl class="facts">
        <div><dt>Model</dt><dd><b>{}</b> version {}</dd></div>
        <div><dt>Encoder</dt><dd>{}</dd></div>
        <div><dt>Images</dt><dd>{}</dd></div>
        <div><dt>Training</dt><dd>{}</dd></div>
        <div><dt>Made</dt><dd><time datetime="{}">{}</time></dd></div>
        </dl>
        </header>
        """,
        // A number stays with its unit when the line breaks.
        text(data).replace(" %", "\u00a0%").replace(" points", "\u00a0points"),
        manifest.getModel(),
        manifest.getVersion(),
        encoder(manifest),
        Html.of(
            "<code>{}</code>, {}",
            manifest.getData().getUri(),
            Figures.counted(manifest.getData().getImages(), "image")),
        training(data),
        data.created(),
        Figures.minute(data.created()));
  }

  /** The result as plain text: {@code kNN 31.9 % → 88.0 %, +56.1 points}. */
  static String text(ReportData data) {
    Measured random = Measured.random(data);
    Measured pretrained = Measured.pretrained(data);
    if (pretrained.knn().isPresent()) {
      return change("kNN", random.knn(), pretrained.knn().getAsDouble());
    }
    if (pretrained.linear().isPresent()) {
      return change("Linear probe", random.linear(), pretrained.linear().getAsDouble());
    }
    List<Double> losses =
        data.points().stream().filter(TrainingPoint::hasLoss).map(TrainingPoint::getLoss).toList();
    return losses.size() < 2
        ? data.manifest().getModel() + ", version " + data.manifest().getVersion()
        : "Loss %s → %s %s"
            .formatted(
                Figures.fixed(losses.getFirst(), 2),
                Figures.fixed(losses.getLast(), 2),
                LossLevel.unit(data.manifest().getRecipe().getLoss()))
            .strip();
  }

  private static String change(String what, OptionalDouble from, double to) {
    return from.isEmpty()
        ? what + " " + Figures.percent(to)
        : "%s %s → %s, %s"
            .formatted(
                what,
                Figures.percent(from.getAsDouble()),
                Figures.percent(to),
                Figures.points(from.getAsDouble(), to));
  }

  private static String encoder(Manifest manifest) {
    return EncoderText.of(manifest.getRecipe().getEncoder())
        + ", embedding of "
        + Figures.count(manifest.getEmbeddingSize());
  }

  private static String training(ReportData data) {
    Manifest manifest = data.manifest();
    String done =
        manifest.getRecipe().getName()
            + ", "
            + Figures.brief(manifest.getEpochs())
            + (manifest.getEpochs() == 1 ? " epoch" : " epochs");
    return data.training().hasStartTime() && data.training().hasEndTime()
        ? done
            + " in "
            + Figures.duration(
                Figures.seconds(data.training().getStartTime(), data.training().getEndTime()))
        : done;
  }
}
