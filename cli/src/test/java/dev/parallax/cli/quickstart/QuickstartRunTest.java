package dev.parallax.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.parallax.cli.Environment;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole quickstart, on processes that play the services. */
class QuickstartRunTest {
  @TempDir private Path home;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Result> results = new ArrayList<>();

  private Request request(String model) {
    return new Request(
        "synthetic:train?images=64",
        Optional.empty(),
        Optional.of("synthetic:test?images=32"),
        false,
        "simclr",
        Optional.of(model),
        OptionalInt.of(2),
        OptionalInt.empty(),
        0,
        0,
        0);
  }

  private Environment environment() {
    return new Cli(home)
        .with("PATH", String.valueOf(System.getenv("PATH")))
        .environment(new ByteArrayOutputStream(), err);
  }

  private void run(Environment environment, Request request) throws IOException {
    new QuickstartRun(
            environment,
            (service, settings) ->
                FakeService.command(service, settings, environment.home().resolve("models")))
        .run(request, false, results::add);
  }

  @Test
  void result_isWhatTheContractSays() throws IOException {
    Environment environment = environment();
    run(environment, request("m"));
    JsonObject json = results.getFirst().json();
    assertThat(json.keySet())
        .containsExactly(
            "model",
            "version",
            "embedding_size",
            "seconds",
            "random",
            "pretrained",
            "onnx_parity",
            "report");
    assertThat(json.get("model").getAsString()).isEqualTo("m");
    assertThat(json.get("version").getAsLong()).isEqualTo(1);
    assertThat(json.get("embedding_size").getAsInt()).isEqualTo(4);
    assertThat(json.getAsJsonObject("random").get("knn").getAsDouble()).isEqualTo(0.3);
    assertThat(json.getAsJsonObject("pretrained").get("linear").getAsDouble()).isEqualTo(0.7);
    assertThat(json.getAsJsonObject("seconds").keySet())
        .contains("pretraining", "measuring", "total");
    Path report = Path.of(json.get("report").getAsString());
    assertThat(report).isEqualTo(environment.home().resolve("reports/m-v1.html")).isNotEmptyFile();
    assertThat(results.getFirst().lines())
        .startsWith(
            "                          kNN  LINEAR PROBE",
            "random initialisation  30.0 %        40.0 %",
            "pretrained             60.0 %        70.0 %",
            "gain                    +30.0         +30.0");
    assertThat(environment.home().resolve("models/m-random/1")).isDirectory();
    assertThat(environment.home().resolve("quickstart")).isEmptyDirectory();
  }

  @Test
  void failures_stopTheServicesAndKeepTheirLogs() throws IOException {
    Environment environment = environment();
    assertThatThrownBy(() -> run(environment, request("diverges")))
        .hasMessage(
            "training of diverges failed: the loss is NaN at step 12; lower the learning rate");
    assertThat(results).isEmpty();
    try (Stream<Path> left = Files.list(environment.home().resolve("quickstart"))) {
      Path workspace = left.findFirst().orElseThrow();
      for (Service service : Service.values()) {
        assertThat(new RunDirectory(workspace.resolve("run")).running(service)).isEmpty();
        assertThat(workspace.resolve("logs").resolve(service.key() + ".log")).exists();
      }
    }
    run(environment, request("m"));
    assertThat(environment.home().resolve("quickstart"))
        .as("cleared away by the next")
        .isEmptyDirectory();
  }

  @Test
  void unlabelledData_isTrainedOnAndNotMeasured() throws IOException {
    Path photos = Files.createDirectory(home.resolve("photos"));
    Files.writeString(photos.resolve("a.jpg"), "image 1");
    Files.writeString(photos.resolve("b.jpg"), "image 2");
    run(
        environment(),
        new Request(
            "photos",
            Optional.empty(),
            Optional.empty(),
            false,
            "simclr",
            Optional.empty(),
            OptionalInt.of(0),
            OptionalInt.empty(),
            0,
            0,
            0));
    JsonObject json = results.getFirst().json();
    assertThat(json.get("model").getAsString()).isEqualTo("simclr-photos");
    assertThat(json.getAsJsonObject("random").get("knn").isJsonNull()).isTrue();
    assertThat(json.getAsJsonObject("pretrained").get("linear").isJsonNull()).isTrue();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(
            "nothing will be measured, as --data has no labels",
            "batch size: 2, as there are no more images");
    assertThat(results.getFirst().report()).isNotEmptyFile();
  }
}
