package dev.parallax.cli.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.Preprocessing;
import dev.parallax.trainer.v1.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the model came to be: recipe, run, checks, provenance, and what the jobs warned of. */
final class DetailsSection {
  private DetailsSection() {}

  static Html of(ReportData data) {
    Manifest manifest = data.manifest();
    return Html.of(
        """
        <section id="details"><h2>Details</h2>
        {}
        <div class="pair">
        <div><h3>Recipe</h3><p class="note">{}{}</p>{}{}<h3>Provenance</h3>{}</div>
        <div><h3>Run</h3>{}<h3>Model</h3>{}</div>
        </div></section>
        """,
        warnings(data),
        manifest.getRecipe().getName(),
        manifest.getRecipe().getSource().isEmpty() ? "" : ": " + manifest.getRecipe().getSource(),
        list(entries(RecipeText.describe(manifest.getRecipe()))),
        json(manifest.getRecipe()),
        list(entries(new TreeMap<>(manifest.getProvenanceMap()))),
        list(run(data)),
        list(model(manifest)));
  }

  private static List<Html> run(ReportData data) {
    Manifest manifest = data.manifest();
    List<Html> rows = new ArrayList<>();
    rows.add(row("Epochs", Figures.brief(manifest.getEpochs())));
    rows.add(row("Steps", Figures.count(manifest.getSteps())));
    JobStatus job = data.training();
    if (job.hasStartTime() && job.hasEndTime()) {
      rows.add(
          row("Time", Figures.duration(Figures.seconds(job.getStartTime(), job.getEndTime()))));
    }
    data.points().stream()
        .filter(p -> p.hasViewsPerSecond())
        .mapToDouble(p -> p.getViewsPerSecond())
        .average()
        .ifPresent(speed -> rows.add(row("Speed", Figures.fixed(speed, 0) + " views/s")));
    data.points().stream()
        .mapToLong(p -> p.getResidentBytes())
        .max()
        .ifPresent(
            most -> {
              if (most > 0) {
                rows.add(row("Most memory", Figures.bytes(most)));
              }
            });
    rows.add(row("Seed", Long.toString(manifest.getSeed())));
    new TreeMap<>(manifest.getMetricsMap())
        .forEach((name, value) -> rows.add(metric(manifest, name, value)));
    rows.add(row("Data", manifest.getData().getUri()));
    rows.add(
        row(
            "Images",
            Figures.count(manifest.getData().getImages())
                + (manifest.getData().getSkippedImages() == 0
                    ? ""
                    : ", "
                        + Figures.count(manifest.getData().getSkippedImages())
                        + " unreadable ones skipped")));
    rows.add(code("SHA-256 of the data", manifest.getData().getSha256()));
    rows.add(code("Job", manifest.getJob()));
    return rows;
  }

  private static List<Html> model(Manifest manifest) {
    List<Html> rows = new ArrayList<>();
    rows.add(row("Name, version", manifest.getModel() + ", " + manifest.getVersion()));
    rows.add(code("SHA-256", manifest.getSha256()));
    rows.add(row("Size", Figures.bytes(manifest.getSizeBytes())));
    rows.add(row("Embedding", Figures.counted(manifest.getEmbeddingSize(), "dimension")));
    Preprocessing input = manifest.getPreprocessing();
    rows.add(
        row(
            "Input",
            "shorter side to %d pixels, centre %d × %d"
                .formatted(
                    input.getResizeShorterSide(), input.getImageSize(), input.getImageSize())));
    rows.add(
        row(
            "ONNX parity",
            Figures.brief(manifest.getOnnxParity())
                + ", the largest relative difference from the trained encoder"));
    if (manifest.hasCreateTime()) {
      rows.add(row("Published", Figures.minute(Figures.instant(manifest.getCreateTime()))));
    }
    return rows;
  }

  private static Html warnings(ReportData data) {
    List<Html> items = new ArrayList<>();
    warnings(items, "Training", data.training());
    data.random().map(Evaluation::getStatus).ifPresent(s -> warnings(items, "Random encoder", s));
    data.pretrained()
        .map(Evaluation::getStatus)
        .ifPresent(s -> warnings(items, "Pretrained encoder", s));
    return items.isEmpty()
        ? Html.of("<p class=\"note\">The jobs gave no warnings.</p>")
        : Html.of("<div class=\"warning\"><h3>Warnings</h3><ul>{}</ul></div>", items);
  }

  private static void warnings(List<Html> items, String job, JobStatus status) {
    for (String warning : status.getWarningsList()) {
      items.add(Html.of("<li>{}: {}</li>", job, warning));
    }
  }

  private static Html metric(Manifest manifest, String name, double value) {
    return switch (name) {
      case "loss" ->
          row(
              "Final loss",
              (Figures.fixed(value, 3) + " " + LossLevel.unit(manifest.getRecipe().getLoss()))
                  .strip());
      case "online_knn" -> row("Final online kNN", Figures.percent(value));
      default -> row("Final " + name, Figures.brief(value));
    };
  }

  private static Html json(Recipe recipe) {
    try {
      return Html.of(
          "<details><summary>The recipe as JSON</summary><pre>{}</pre></details>",
          JsonFormat.printer().print(recipe));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a recipe holds no Any", e);
    }
  }

  private static List<Html> entries(Map<String, String> entries) {
    return entries.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList();
  }

  private static Html row(String name, String value) {
    return Html.of("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  }

  private static Html code(String name, String value) {
    return Html.of("<div><dt>{}</dt><dd><code>{}</code></dd></div>\n", name, value);
  }

  private static Html list(List<Html> rows) {
    return Html.of("<dl class=\"list\">{}</dl>", rows);
  }
}
