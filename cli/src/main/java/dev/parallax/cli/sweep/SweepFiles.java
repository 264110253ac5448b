package dev.parallax.cli.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.parallax.cli.client.Jobs;
import dev.parallax.cli.sweep.SweepResult.Group;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.TrainingJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A sweep for machines: a JSON object, and a CSV of one row a run. Accuracies are 0 to 1. */
public final class SweepFiles {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  private SweepFiles() {}

  /** The contract of {@code sweep --output json}; null where nothing was measured. */
  public static JsonObject json(SweepResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("recipe", result.plan().recipe());
    JsonObject varied = new JsonObject();
    for (Factor factor : result.factors()) {
      JsonArray values = new JsonArray();
      factor.values().forEach(values::add);
      varied.add(factor.name(), values);
    }
    json.add("varied", varied);
    JsonArray runs = new JsonArray();
    result.runs().forEach(run -> runs.add(object(fields(run), run.run().point())));
    json.add("runs", runs);
    JsonArray groups = new JsonArray();
    result.groups().forEach(group -> groups.add(object(group)));
    json.add("combinations", groups);
    json.add(
        "best",
        result.best().<JsonElement>map(best -> values(best.point())).orElse(JsonNull.INSTANCE));
    json.addProperty("failed", result.failures());
    return json;
  }

  public static String pretty(JsonObject json) {
    return GSON.toJson(json) + "\n";
  }

  /** With a header; the factors come first. */
  public static String csv(SweepResult result) {
    List<String> lines = new ArrayList<>();
    for (RunResult run : result.runs()) {
      Map<String, JsonElement> fields = fields(run);
      if (lines.isEmpty()) {
        List<String> header = new ArrayList<>();
        result.factors().forEach(factor -> header.add(factor.name()));
        header.addAll(fields.keySet());
        lines.add(line(header));
      }
      List<String> cells = new ArrayList<>(run.run().point().values().values());
      fields.values().forEach(value -> cells.add(value.isJsonNull() ? "" : value.getAsString()));
      lines.add(line(cells));
    }
    return String.join("", lines);
  }

  private static JsonObject object(Map<String, JsonElement> fields, Grid.Point point) {
    JsonObject object = new JsonObject();
    object.add("values", values(point));
    fields.forEach(object::add);
    return object;
  }

  private static Map<String, JsonElement> fields(RunResult run) {
    Map<String, JsonElement> fields = new LinkedHashMap<>();
    Optional<TrainingJob> job = run.job();
    fields.put("seed", new JsonPrimitive(run.run().spec().getSeed()));
    fields.put("model", new JsonPrimitive(run.run().spec().getModel()));
    fields.put(
        "version",
        job.filter(TrainingJob::hasResult)
            .<JsonElement>map(j -> new JsonPrimitive(j.getResult().getVersion()))
            .orElse(JsonNull.INSTANCE));
    fields.put("job", text(job.map(TrainingJob::getId)));
    fields.put("evaluation", text(run.evaluation().map(Evaluation::getId)));
    fields.put("state", text(job.map(j -> Jobs.text(j.getStatus().getState()))));
    fields.put("loss", number(run.loss()));
    fields.put("feature_spread", number(run.featureSpread()));
    for (Measure measure : Measure.values()) {
      fields.put(measure.key(), number(measure.of(run)));
    }
    fields.put("seconds", number(run.seconds()));
    fields.put("error", text(Optional.of(run.error()).filter(error -> !error.isEmpty())));
    return fields;
  }

  private static JsonObject object(Group group) {
    JsonObject object = new JsonObject();
    object.add("values", values(group.point()));
    object.addProperty("runs", group.runs().size());
    for (Measure measure : Measure.values()) {
      JsonObject spread = new JsonObject();
      Optional<Statistic> statistic = group.statistic(measure);
      spread.add(
          "mean",
          number(statistic.map(s -> OptionalDouble.of(s.mean())).orElse(OptionalDouble.empty())));
      spread.add(
          "deviation", number(statistic.map(Statistic::deviation).orElse(OptionalDouble.empty())));
      object.add(measure.key(), spread);
    }
    return object;
  }

  private static JsonObject values(Grid.Point point) {
    JsonObject values = new JsonObject();
    point.values().forEach(values::addProperty);
    return values;
  }

  private static JsonElement text(Optional<String> text) {
    return text.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
  }

  /** JSON has no NaN. */
  private static JsonElement number(OptionalDouble number) {
    return number.isPresent() && Double.isFinite(number.getAsDouble())
        ? new JsonPrimitive(number.getAsDouble())
        : JsonNull.INSTANCE;
  }

  private static String line(List<String> cells) {
    return cells.stream().map(SweepFiles::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
