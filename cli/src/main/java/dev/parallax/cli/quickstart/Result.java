package dev.parallax.cli.quickstart;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.parallax.cli.terminal.Table;
import dev.parallax.cli.terminal.Texts;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.PublishedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of a quickstart.
 *
 * @param seconds by stage, in their order, with {@code total}
 * @param random of the same architecture at random initialisation; empty: not measured
 */
public record Result(
    PublishedModel model,
    Map<String, Double> seconds,
    Optional<Evaluation> random,
    Optional<Evaluation> pretrained,
    Path report) {

  /**
   * The contract of {@code quickstart --output json}; accuracies 0 to 1, null where nothing was
   * measured.
   */
  public JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("model", model.getModel());
    json.addProperty("version", model.getVersion());
    json.addProperty("embedding_size", model.getEmbeddingSize());
    JsonObject times = new JsonObject();
    seconds.forEach((stage, time) -> times.addProperty(stage, Math.round(time * 10) / 10.0));
    json.add("seconds", times);
    json.add("random", accuracies(random));
    json.add("pretrained", accuracies(pretrained));
    json.addProperty("onnx_parity", model.getOnnxParity());
    json.addProperty("report", report.toString());
    return json;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (random.isPresent() && pretrained.isPresent()) {
      lines.addAll(
          new Table("", "kNN", "LINEAR PROBE")
              .row("random initialisation", percent(knn(random)), percent(linear(random)))
              .row("pretrained", percent(knn(pretrained)), percent(linear(pretrained)))
              .row(
                  "gain",
                  points(knn(random), knn(pretrained)),
                  points(linear(random), linear(pretrained)))
              .lines());
      lines.add("");
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "model    %s version %d, %d dimensions, ONNX parity %.1e",
            model.getModel(),
            model.getVersion(),
            model.getEmbeddingSize(),
            model.getOnnxParity()));
    lines.add("time     " + Texts.duration(seconds.getOrDefault("total", 0.0)));
    lines.add("report   " + report);
    lines.add("next     parallax up; parallax embed --model " + model.getModel() + " IMAGES");
    return lines;
  }

  private static JsonObject accuracies(Optional<Evaluation> evaluation) {
    JsonObject json = new JsonObject();
    json.add("knn", number(knn(evaluation)));
    json.add("linear", number(linear(evaluation)));
    return json;
  }

  private static JsonElement number(OptionalDouble value) {
    return value.isPresent() ? new JsonPrimitive(value.getAsDouble()) : JsonNull.INSTANCE;
  }

  private static OptionalDouble knn(Optional<Evaluation> evaluation) {
    return evaluation.filter(e -> e.getResult().hasKnn()).stream()
        .mapToDouble(e -> e.getResult().getKnn().getAccuracy())
        .findFirst();
  }

  private static OptionalDouble linear(Optional<Evaluation> evaluation) {
    return evaluation.filter(e -> e.getResult().hasLinear()).stream()
        .mapToDouble(e -> e.getResult().getLinear().getAccuracy())
        .findFirst();
  }

  private static String percent(OptionalDouble value) {
    return value.isPresent() ? Texts.percent(value.getAsDouble()) : "-";
  }

  private static String points(OptionalDouble from, OptionalDouble to) {
    return from.isPresent() && to.isPresent()
        ? String.format(Locale.ROOT, "%+.1f", (to.getAsDouble() - from.getAsDouble()) * 100)
        : "-";
  }
}
