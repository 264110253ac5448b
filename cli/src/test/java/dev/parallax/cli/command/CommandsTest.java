package dev.parallax.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.Cli.Run;
import dev.parallax.cli.fake.FakeEmbedding;
import dev.parallax.cli.fake.FakeEval;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.cli.fake.FakeTrainer;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against services that listen on a port of the loopback. */
class CommandsTest {
  @TempDir private Path home;
  private Server services;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    Path repository = home.resolve("models");
    services =
        FakeService.start(
            0, new FakeTrainer(repository), new FakeEmbedding(repository), new FakeEval());
    String target = "127.0.0.1:" + services.getPort();
    cli =
        new Cli(home)
            .with("PARALLAX_TRAINER", target)
            .with("PARALLAX_EMBEDDING", target)
            .with("PARALLAX_EVAL", target);
  }

  @AfterEach
  void stop() {
    services.shutdownNow();
  }

  private static JsonObject json(Run run) {
    return JsonParser.parseString(run.outLines().getLast()).getAsJsonObject();
  }

  @Test
  void train_showsProgressAndWarningsAndSaysWhatWasPublished() {
    Run run =
        cli.run(
            "train", "--data", "photos", "--epochs", "3", "--set", "loss.nt_xent.temperature=0.3");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.errLines())
        .contains(
            "epoch 1 of 10   25 %  ETA 1 min 30 s  loss 5.500  kNN 40.0 %  1,234 views/s",
            "warning: broken.jpg is skipped");
    assertThat(run.out())
        .isEqualToIgnoringNewLines(
            "job t1: published simclr-photos version 1: 4 dimensions, ONNX parity 1.5e-06");
    JsonObject spec =
        json(cli.run("jobs", "show", "t1", "--output", "json")).getAsJsonObject("spec");
    assertThat(spec.get("data").getAsString()).isEqualTo(home.resolve("photos").toString());
    JsonObject recipe = spec.getAsJsonObject("recipe");
    assertThat(recipe.getAsJsonObject("optimization").get("epochs").getAsInt()).isEqualTo(3);
    assertThat(
            recipe
                .getAsJsonObject("loss")
                .getAsJsonObject("nt_xent")
                .get("temperature")
                .getAsDouble())
        .isEqualTo(0.3);
  }

  @Test
  void train_ofAJobThatFailsEndsWithFour() {
    Run run = cli.run("train", "--data", "synthetic:train", "--model", "diverges");
    assertThat(run.exitCode()).isEqualTo(ExitCode.JOB_FAILED);
    assertThat(run.errLines().getLast())
        .isEqualTo(
            "parallax: training job t1 failed: the loss is NaN at step 12; lower the learning rate");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void train_detachedDoesNotWait() {
    Run run = cli.run("train", "--data", "synthetic:", "--detach", "--output", "json");
    assertThat(json(run).getAsJsonObject("status").get("state").getAsString())
        .isEqualTo("JOB_STATE_QUEUED");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void refusalsOfAService_areFieldAndMessageInOneLine() {
    Run run = cli.run("train", "--data", "synthetic:", "--epochs", "-3");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "parallax: spec.recipe.optimization.epochs: must not be negative");
  }

  @Test
  void recipes_thatAreUnknownAreRefusedWithThoseThereAre() {
    Run run = cli.run("train", "--data", "synthetic:", "--method", "byol");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("--recipe is byol; allowed: simclr-cifar, simclr-small, or a .yaml file");
  }

  @Test
  void recipes_areListedAndShown() {
    assertThat(cli.run("recipes", "list").outLines().get(1)).startsWith("simclr-cifar");
    assertThat(cli.run("recipes", "show", "simclr").out()).startsWith("name: simclr-small\n");
    assertThat(
            json(cli.run("recipes", "show", "simclr", "--output", "json"))
                .get("name")
                .getAsString())
        .isEqualTo("simclr-small");
  }

  @Test
  void jobs_areListedWatchedAndRefusedCancelling() {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    cli.run(
        "eval", "--model", "m", "--train-data", "synthetic:train", "--test-data", "synthetic:test");
    assertThat(cli.run("jobs", "list").outLines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("t1") && line.contains("training"))
        .anyMatch(line -> line.startsWith("e1") && line.contains("evaluation"));
    assertThat(
            json(cli.run("jobs", "list", "--kind", "evaluation", "--output", "json"))
                .getAsJsonArray("jobs"))
        .hasSize(1);
    assertThat(cli.run("jobs", "watch", "t1").out()).contains("published m version 1");
    assertThat(cli.run("jobs", "watch", "e1").out())
        .contains("kNN       60.0 %  weighted, k 10, T 0.1");
    Run cancelled = cli.run("jobs", "cancel", "t1");
    assertThat(cancelled.exitCode()).isEqualTo(ExitCode.FAILURE);
    assertThat(cancelled.err()).isEqualToIgnoringNewLines("parallax: job t1 has ended already");
    assertThat(cli.run("jobs", "show", "x9").err()).contains("there is no job x9");
  }

  @Test
  void logs_neverLeaveTheJobsDirectory() {
    Run run = cli.run("jobs", "logs", "../../secrets");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("JOB is ../../secrets; allowed: the id of a job");
  }

  @Test
  void eval_printsResultsWithTheirProtocol() {
    Run run =
        cli.run(
            "eval",
            "--model",
            "m",
            "--train-data",
            "a.zip",
            "--test-data",
            "zip:b.zip",
            "--no-linear");
    assertThat(run.out())
        .contains("gallery   " + home.resolve("a.zip") + ", 100 images")
        .contains("test      zip:" + home.resolve("b.zip"))
        .contains("kNN       60.0 %")
        .doesNotContain("linear");
    assertThat(
            cli.run(
                    "eval",
                    "--model",
                    "m",
                    "--train-data",
                    "a",
                    "--test-data",
                    "b",
                    "--no-knn",
                    "--no-linear")
                .exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void embed_keepsTheOrderThoughAnswersComeOutOfOrder() throws IOException {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    Path folder = Files.createDirectory(home.resolve("images"));
    for (int i = 100; i < 150; i++) {
      Files.writeString(folder.resolve(i + ".jpg"), i == 107 ? "text" : "image " + i);
    }
    Run run =
        cli.run(
            "embed",
            "--model",
            "m",
            "images",
            "--out",
            "o.csv",
            "--batch-images",
            "4",
            "--output",
            "json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    JsonObject json = json(run);
    assertThat(json.get("images").getAsInt()).isEqualTo(49);
    assertThat(json.get("unreadable").getAsInt()).isEqualTo(1);
    assertThat(json.get("dimensions").getAsInt()).isEqualTo(4);
    assertThat(run.err()).contains("left out 107.jpg: is no image");
    assertThat(Files.readAllLines(home.resolve("o.csv")))
        .hasSize(50)
        .startsWith("name,e0,e1,e2,e3", "100.jpg,100.0,100.25,100.5,100.75")
        .isSortedAccordingTo((a, b) -> a.startsWith("name") ? -1 : a.compareTo(b))
        .noneMatch(line -> line.startsWith("107"));
  }

  @Test
  void embed_takesFilesAndDatasetsTogether() throws IOException {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    Files.writeString(home.resolve("b.png"), "image 2");
    Files.writeString(home.resolve("a.JPG"), "image 1");
    Run run = cli.run("embed", "--model", "m", "b.png", "synthetic:test?images=10", "a.JPG");
    assertThat(run.outLines().getFirst()).isEqualTo("12 images by 4 dimensions of m version 1");
    assertThat(Files.readAllLines(home.resolve("embeddings.names.txt")))
        .hasSize(12)
        .startsWith("b.png")
        .endsWith("a.JPG");
    assertThat(home.resolve("embeddings.labels.npy")).doesNotExist();
  }

  @Test
  void embed_thatIsGivenUpLeavesNothing() throws IOException {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    Files.writeString(home.resolve("a.jpg"), "image 1");
    Files.writeString(home.resolve("b.jpg"), "text");
    Run run = cli.run("embed", "--model", "m", "a.jpg", "b.jpg", "--max-unreadable", "0");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILURE);
    assertThat(run.errLines().getLast())
        .isEqualTo(
            "parallax: 1 images are unreadable, and --max-unreadable is 0; nothing was written");
    assertThat(home.resolve("embeddings.npy")).doesNotExist();
    assertThat(cli.run("embed", "--model", "m", "b.jpg").err())
        .contains("none of the 1 image could be read; nothing was written");
  }

  @Test
  void embed_withAModelThatIsNotThereSaysSo() throws IOException {
    Files.writeString(home.resolve("a.jpg"), "image 1");
    Run run = cli.run("embed", "--model", "nope", "a.jpg");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILURE);
    assertThat(run.err()).isEqualToIgnoringNewLines("parallax: model nope does not exist");
  }

  @Test
  void models_areListedAndShown() {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    assertThat(cli.run("models", "list").outLines().get(1)).startsWith("m            1  ready");
    assertThat(cli.run("models", "show", "m").out()).contains("model      m version 1");
  }

  @Test
  void aliases_areSetListedAndRemoved() {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    assertThat(cli.run("models", "alias", "list", "m").out())
        .isEqualToIgnoringNewLines(
            "m has no alias; its newest version takes the calls that name none");
    assertThat(cli.run("models", "alias", "set", "m", "stable", "1").out())
        .isEqualToIgnoringNewLines("m@stable is version 1");
    assertThat(cli.run("models", "alias", "set", "m", "canary", "1", "--traffic", "10").out())
        .isEqualToIgnoringNewLines("m@canary is version 1 with 10 % of the calls");
    assertThat(cli.run("models", "alias", "list", "m").outLines())
        .containsExactly("ALIAS   VERSION  TRAFFIC", "canary        1  10%", "stable        1  -");
    assertThat(cli.run("models", "alias", "remove", "m", "canary").out())
        .isEqualToIgnoringNewLines("m@canary is removed");
    Run json = cli.run("models", "alias", "list", "m", "--output", "json");
    assertThat(json(json).getAsJsonArray("aliases")).hasSize(1);
  }

  @Test
  void anAlias_thatCannotBeSet_isOneLine() {
    cli.run("train", "--data", "synthetic:", "--model", "m");
    Run absent = cli.run("models", "alias", "set", "m", "stable", "7");
    assertThat(absent.exitCode()).isNotZero();
    assertThat(absent.err().lines()).singleElement().asString().contains("m/7 does not exist");
    Run share = cli.run("models", "alias", "set", "m", "canary", "1", "--traffic", "101");
    assertThat(share.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(share.err())
        .isEqualToIgnoringNewLines("parallax: --traffic is 101; allowed: 0 to 100");
  }

  @Test
  void services_thatAreAwayGiveThreeAndTheRemedy() {
    int port = services.getPort();
    services.shutdownNow();
    Run run = cli.run("models", "list");
    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "parallax: the embedding service at 127.0.0.1:"
                + port
                + " cannot be reached; start it with 'parallax up', or say where it is with --embedding"
                + " HOST:PORT");
    assertThat(cli.run("status").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(cli.run("jobs", "list").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void status_isZeroWhenAllTakeCalls() {
    Run run = cli.run("status", "--output", "json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(json(run).getAsJsonObject("eval").get("health").getAsString()).isEqualTo("serving");
  }
}
