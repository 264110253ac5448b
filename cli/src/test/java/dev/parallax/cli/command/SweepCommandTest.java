package dev.parallax.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.Cli.Run;
import dev.parallax.cli.fake.FakeEmbedding;
import dev.parallax.cli.fake.FakeEval;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.cli.fake.FakeTrainer;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on services in which a higher temperature makes a better model, and a later seed, too. */
class SweepCommandTest {
  @TempDir private Path home;
  private FakeTrainer trainer;
  private FakeEval eval;
  private Server services;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    trainer = new FakeTrainer(home.resolve("models"));
    eval = new FakeEval(this::accuracy);
    services = FakeService.start(0, trainer, new FakeEmbedding(home.resolve("models")), eval);
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

  private double accuracy(String model) {
    TrainingSpec spec =
        trainer.specs().stream().filter(s -> s.getModel().equals(model)).findFirst().orElseThrow();
    double temperature = spec.getRecipe().getLoss().getNtXent().getTemperature();
    return temperature == 9 ? Double.NaN : temperature + 0.02 * spec.getSeed();
  }

  private Run sweep(String... more) {
    return cli.run(
        Stream.concat(Stream.of("sweep", "--data", "synthetic:train"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static JsonObject json(Run run) {
    return JsonParser.parseString(run.outLines().getLast()).getAsJsonObject();
  }

  private List<Recipe> recipes() {
    return trainer.specs().stream().map(TrainingSpec::getRecipe).toList();
  }

  @Test
  void sweep_trainsEveryCombinationAndMarksTheBest() {
    Run run =
        sweep(
            "--test-data",
            "synthetic:test",
            "--vary",
            "loss.temperature=0.3,0.5",
            "--vary",
            "views.color_jitter=on,off",
            "--out",
            "sweep.html");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(run.outLines())
        .startsWith(
            "   loss.temperature  views.color_jitter   LOSS  FEATURE SPREAD     kNN  LINEAR  SECONDS",
            "                0.3  on                  4.500           0.050  30.0 %  40.0 %     12.5",
            "                0.3  off                 4.500           0.050  30.0 %  40.0 %     12.5",
            "*               0.5  on                  4.500           0.050  50.0 %  60.0 %     12.5",
            "                0.5  off                 4.500           0.050  50.0 %  60.0 %     12.5",
            "",
            "best     loss.temperature=0.5, views.color_jitter=on",
            "report   " + home.resolve("sweep.html"));
    assertThat(recipes())
        .extracting(r -> r.getLoss().getNtXent().getTemperature())
        .containsExactly(0.3, 0.3, 0.5, 0.5);
    assertThat(recipes())
        .extracting(r -> r.getViews().getPipelines(0).hasColorJitter())
        .containsExactly(true, false, true, false);
    assertThat(trainer.specs())
        .extracting(TrainingSpec::getModel)
        .doesNotHaveDuplicates()
        .allMatch(model -> model.matches("sweep-simclr-small-[0-9a-f]{8}"));
    assertThat(run.err())
        .contains(
            "run 1 of 4, loss.temperature=0.3, views.color_jitter=on: epoch 1 of 10",
            "run 4 of 4, loss.temperature=0.5, views.color_jitter=off: loss 4.500  online kNN 40.0 %  kNN 50.0 %"
                + "  linear 60.0 %  13 s");
  }

  @Test
  void vector_measuresSeveralOutputsOfOneTraining() {
    Run run = sweep("--test-data", "synthetic:test", "--vary", "vector=embedding,projection");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(run.outLines())
        .startsWith(
            "   vector       LOSS  FEATURE SPREAD     kNN  LINEAR  SECONDS",
            "*  embedding   4.500           0.050  20.0 %  30.0 %     12.5",
            "   projection  4.500           0.050  10.0 %  20.0 %     12.5");
    assertThat(trainer.specs()).hasSize(1);
    assertThat(eval.count()).isEqualTo(2);
  }

  @Test
  void vector_needsImagesToMeasureOn_andStandsAlone() {
    assertThat(sweep("--vary", "vector=embedding,projection").err())
        .contains("--vary vector is given without --test-data");
    assertThat(sweep("--vary", "vector,loss.temperature=embedding").err())
        .contains("allowed: vector alone");
  }

  @Test
  void files_holdARowForEachRun() throws IOException {
    Run run =
        sweep(
            "--test-data",
            "synthetic:test",
            "--vary",
            "loss.temperature=0.3,0.5",
            "--out",
            "deep/sweep.html",
            "--output",
            "json");
    JsonObject json = json(run);
    assertThat(json.get("recipe").getAsString()).isEqualTo("simclr-small");
    JsonObject second = json.getAsJsonArray("runs").get(1).getAsJsonObject();
    assertThat(second.getAsJsonObject("values").get("loss.temperature").getAsString())
        .isEqualTo("0.5");
    assertThat(second.get("knn").getAsDouble()).isEqualTo(0.5);
    assertThat(second.get("linear").getAsDouble()).isEqualTo(0.6);
    assertThat(second.get("online_knn").getAsDouble()).isEqualTo(0.4);
    assertThat(second.get("feature_spread").getAsDouble()).isEqualTo(0.05);
    assertThat(second.get("seconds").getAsDouble()).isEqualTo(12.5);
    assertThat(second.get("error").isJsonNull()).isTrue();
    assertThat(json.getAsJsonObject("best").get("loss.temperature").getAsString()).isEqualTo("0.5");
    assertThat(json.getAsJsonArray("files"))
        .extracting(JsonElement::getAsString)
        .containsExactly(
            home.resolve("deep/sweep.html").toString(),
            home.resolve("deep/sweep.csv").toString(),
            home.resolve("deep/sweep.json").toString());
    List<String> csv = Files.readAllLines(home.resolve("deep/sweep.csv"));
    assertThat(csv)
        .hasSize(3)
        .startsWith(
            "loss.temperature,seed,model,version,job,evaluation,state,loss,feature_spread,online_knn,knn,"
                + "linear,seconds,error");
    assertThat(csv.get(2))
        .matches(
            "0\\.5,0,sweep-simclr-small-[0-9a-f]{8},1,t2,e2,succeeded,4\\.5,0\\.05,0\\.4,0\\.5,0\\.6,12\\.5,");
    json.remove("files");
    assertThat(JsonParser.parseString(Files.readString(home.resolve("deep/sweep.json"))))
        .isEqualTo(json);
    assertThat(home.resolve("deep/sweep.html"))
        .content()
        .contains("Best: loss.temperature=0.5, linear 60.0")
        .contains("class=\"plot curves\"");
  }

  @Test
  void seeds_giveMeanAndDeviation() {
    Run run =
        sweep(
            "--test-data",
            "synthetic:test",
            "--vary",
            "loss.temperature=0.3,0.5",
            "--seeds",
            "3",
            "--seed",
            "1");
    assertThat(run.outLines())
        .startsWith(
            "  loss.temperature  SEED   LOSS  FEATURE SPREAD     kNN  LINEAR  SECONDS",
            "               0.3     1  4.500           0.050  32.0 %  42.0 %     12.5")
        .contains(
            "   loss.temperature  RUNS           kNN        LINEAR",
            "                0.3     3  34.0 ± 2.0 %  44.0 ± 2.0 %",
            "*               0.5     3  54.0 ± 2.0 %  64.0 ± 2.0 %");
    assertThat(trainer.specs())
        .extracting(TrainingSpec::getSeed)
        .containsExactly(1L, 2L, 3L, 1L, 2L, 3L);
  }

  @Test
  void sameSweepAgain_reusesWhatIsDoneAndTrainsTheRest() {
    String[] two = {"--test-data", "synthetic:test", "--vary", "loss.temperature=0.3,0.5"};
    Run first = sweep(two);
    assertThat(trainer.specs()).hasSize(2);
    assertThat(eval.count()).isEqualTo(2);
    Run again = sweep(two);
    assertThat(trainer.specs()).hasSize(2);
    assertThat(eval.count()).isEqualTo(2);
    assertThat(again.out()).isEqualTo(first.out());
    sweep("--test-data", "synthetic:test", "--vary", "loss.temperature=0.3,0.5,0.7");
    assertThat(trainer.specs()).as("only the new value is trained").hasSize(3);
    trainer.cancelled("t2");
    Run resumed = sweep(two);
    assertThat(resumed.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(trainer.specs()).as("what was cancelled is done again").hasSize(4);
    assertThat(trainer.specs().getLast().getRecipe().getLoss().getNtXent().getTemperature())
        .isEqualTo(0.5);
  }

  @Test
  void failedRuns_areRowsAndNotTheEnd() {
    String[] rates = {"--vary", "optimization.learning_rate=66,0.1", "--out", "r.html"};
    Run run = sweep(rates);
    assertThat(run.exitCode()).isEqualTo(ExitCode.JOB_FAILED);
    assertThat(run.outLines())
        .startsWith(
            "   optimization.learning_rate   LOSS  FEATURE SPREAD  online kNN  SECONDS  ERROR",
            "                           66  4.500           0.050           -        -  training failed: the loss is NaN at step 12;"
                + " lower the learning rate")
        .contains("failed   1 of 2 runs");
    sweep(rates);
    assertThat(trainer.specs()).as("what failed would fail again").hasSize(2);
    sweep("--vary", "optimization.learning_rate=66,0.1", "--retry-failed");
    assertThat(trainer.specs()).hasSize(3);
  }

  @Test
  void runsThatAreRefused_areRowsToo() {
    Run run = sweep("--vary", "optimization.epochs=-1,2");
    assertThat(run.exitCode()).isEqualTo(ExitCode.JOB_FAILED);
    assertThat(run.out())
        .contains("spec.recipe.optimization.epochs: must not be negative")
        .contains("best     optimization.epochs=2");
  }

  @Test
  void evaluationsThatFail_areToldAndTriedAgain() {
    String[] bad = {"--test-data", "synthetic:test", "--vary", "loss.temperature=9,0.5"};
    Run run = sweep(bad);
    assertThat(run.exitCode()).isEqualTo(ExitCode.JOB_FAILED);
    assertThat(run.out()).contains("evaluation failed: the embedding service is gone");
    assertThat(eval.count()).isEqualTo(2);
    sweep(bad);
    assertThat(eval.count()).isEqualTo(3);
    assertThat(trainer.specs()).hasSize(2);
  }

  @Test
  void withoutTestData_theOnlineKnnCounts() {
    Run run =
        sweep(
            "--vary",
            "optimization.batch_size,extraction.projection[0].size=32,64",
            "--epochs",
            "4",
            "--set",
            "loss.temperature=0.1");
    assertThat(run.outLines())
        .startsWith(
            "   optimization.batch_size,extraction.projection[0].size   LOSS  FEATURE SPREAD  online kNN  SECONDS");
    assertThat(recipes())
        .extracting(r -> r.getExtraction().getProjection(0).getSize())
        .containsExactly(32, 64);
    assertThat(recipes())
        .allMatch(r -> r.getOptimization().getEpochs() == 4)
        .allMatch(r -> r.getLoss().getNtXent().getTemperature() == 0.1);
    assertThat(eval.count()).isZero();
    assertThat(run.out())
        .containsPattern("report   .*/parallax/reports/sweep-simclr-small-[0-9a-f]{8}\\.html");
  }

  @Test
  void alternatives_areVariedByTheirNames() {
    Run run = sweep("--vary", "targets=in_batch,stop_gradient");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(recipes())
        .extracting(r -> r.getTargets().hasStopGradient())
        .containsExactly(false, true);
    assertThat(recipes()).extracting(r -> r.getTargets().hasInBatch()).containsExactly(true, false);
  }

  @Test
  void mistakes_areToldBeforeAnythingIsTrained() {
    assertThat(sweep("--vary", "loss.temperature").err())
        .contains(
            "--vary is loss.temperature; allowed: PATH=V1,V2 or PATH,PATH=V1,V2, as in"
                + " loss.temperature=0.1,0.5");
    assertThat(sweep("--vary", "loss.temperature=1,,2").err()).contains("allowed: PATH=V1,V2");
    assertThat(sweep("--vary", "loss.temperature=1,1").err())
        .contains("has the value 1 twice; allowed: once");
    assertThat(sweep("--vary", "loss.temprature=1,2").err())
        .contains("--vary loss.temprature is unknown; allowed: nt_xent");
    assertThat(sweep("--vary", "loss.temperature=1", "--vary", "loss.temperature=2").err())
        .contains("--vary loss.temperature is there twice; allowed: once");
    assertThat(sweep("--vary", "loss.temperature=1", "--out", "a.txt").err())
        .contains("--out is a.txt; allowed: a name that ends with .html");
    assertThat(sweep("--vary", "loss.temperature=1", "--seeds", "0").err())
        .contains("--seeds is 0; allowed: 1 to 256");
    assertThat(sweep("--vary", "loss.temperature=1", "--gallery-data", "x").err())
        .contains("--gallery-data is given without --test-data");
    assertThat(trainer.specs()).isEmpty();
  }

  @Test
  void tooManyRuns_areRefusedWithTheirNumber() {
    Run run =
        sweep(
            "--vary",
            "loss.temperature=1,2,3,4,5,6,7,8,9",
            "--vary",
            "optimization.epochs=1,2,3,4,5,6,7,8,9,10",
            "--seeds",
            "3");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "parallax: --vary asks for 9 × 10 combinations with 3 seeds, 270 trainings; allowed: at most 256");
  }

  @Test
  void servicesThatAreAway_endTheSweepBeforeItsFirstTraining() {
    Cli away = cli.with("PARALLAX_EVAL", "127.0.0.1:1");
    Run run =
        away.run(
            "sweep",
            "--data",
            "synthetic:train",
            "--test-data",
            "synthetic:test",
            "--vary",
            "loss.temperature=0.1");
    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(trainer.specs()).isEmpty();
  }
}
