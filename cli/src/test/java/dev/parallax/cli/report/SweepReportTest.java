package dev.parallax.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.parallax.cli.sweep.Factor;
import dev.parallax.cli.sweep.Grid;
import dev.parallax.cli.sweep.RunResult;
import dev.parallax.cli.sweep.SweepPlan;
import dev.parallax.cli.sweep.SweepPlan.Measurement;
import dev.parallax.cli.sweep.SweepResult;
import dev.parallax.cli.sweep.SweepRun;
import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.KnnResult;
import dev.parallax.eval.v1.LinearResult;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SweepReportTest {
  /** Temperature by batch size; made-up numbers, the same at every call. */
  static SweepResult result(int seeds, boolean measured) {
    return result(seeds, measured, "128,256");
  }

  private static SweepResult result(int seeds, boolean measured, String batches) {
    TrainingSpec spec =
        TrainingSpec.newBuilder()
            .setData("synthetic:train")
            .setRecipe(Recipes.named("recipe", "simclr-small"))
            .build();
    Grid grid =
        Grid.of(
            spec.getRecipe(),
            List.of(
                Factor.parse("loss.temperature=0.1,0.2,0.5"),
                Factor.parse("optimization.batch_size=" + batches)),
            seeds);
    SweepPlan plan =
        SweepPlan.of(
            spec,
            grid,
            seeds,
            measured
                ? Optional.of(new Measurement("synthetic:train", "synthetic:test", 0, 0))
                : Optional.empty());
    List<RunResult> results = new ArrayList<>();
    for (int i = 0; i < plan.runs().size(); i++) {
      results.add(run(plan.runs().get(i), i, measured));
    }
    return new SweepResult(plan, results);
  }

  private static RunResult run(SweepRun run, int index, boolean measured) {
    var random = new Random(index);
    double temperature = run.spec().getRecipe().getLoss().getNtXent().getTemperature();
    double right = 0.7 - 0.4 * Math.abs(temperature - 0.2) + 0.01 * random.nextGaussian();
    TrainingJob.Builder job =
        TrainingJob.newBuilder()
            .setId("job-" + index)
            .setSpec(run.spec())
            .setStatus(
                JobStatus.newBuilder()
                    .setState(JobState.JOB_STATE_SUCCEEDED)
                    .setStartTime(Timestamps.fromSeconds(1000))
                    .setEndTime(Timestamps.fromMillis(1_062_500 + 100L * index)));
    for (int step = 0; step <= 300; step++) {
      job.addPoints(
          TrainingPoint.newBuilder()
              .setStep(step)
              .setEpoch(step / 30.0)
              .setLoss(
                  1.5 + 8 * temperature + 3 * Math.exp(-step / 60.0) + 0.03 * random.nextGaussian())
              .setOnlineKnn(right - 0.02)
              .setFeatureSpread(step / 400.0));
    }
    Evaluation evaluation =
        Evaluation.newBuilder()
            .setId("e" + index)
            .setResult(
                EvaluationResult.newBuilder()
                    .setTest(DatasetSummary.newBuilder().setImages(1000))
                    .setKnn(KnnResult.newBuilder().setAccuracy(right))
                    .setLinear(LinearResult.newBuilder().setAccuracy(right + 0.06)))
            .build();
    return new RunResult(
        run, Optional.of(job.build()), measured ? Optional.of(evaluation) : Optional.empty(), "");
  }

  private static String render(SweepResult result) {
    return SweepReport.render(result, ReportFixture.CREATED);
  }

  private static long count(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().count();
  }

  @Test
  void headline_isTheBestCombinationOverItsSeeds() {
    assertThat(SweepReport.headline(result(3, true)))
        .matches(
            "Best: loss\\.temperature=0\\.2, optimization\\.batch_size=\\d+, linear 7\\d\\.\\d ± \\d\\.\\d %");
    assertThat(SweepReport.headline(result(1, false))).contains("online kNN 6");
    assertThat(SweepReport.headline(new SweepResult(result(1, true).plan(), List.of())))
        .isEqualTo("Nothing was measured");
  }

  @Test
  void panels_haveADotForEachRunAndAStrokeForEachValue() {
    String html = render(result(3, true));
    assertThat(count(html, "<figcaption><b>loss.temperature</b>")).isEqualTo(2);
    assertThat(count(html, "<circle ")).as("18 runs, 2 factors, 2 measures").isEqualTo(4 * 18);
    assertThat(count(html, "class=\"mean\"")).isEqualTo(2 * 3 + 2 * 2);
    assertThat(count(html, "<polyline points=\"[^\"]{30,}")).as("curves").isEqualTo(18);
    assertThat(count(html, "<tr class=\"best\">")).isEqualTo(1);
    assertThat(html)
        .contains("1,000 test images alone leave the best accuracy open between")
        .contains("(95 %, Wilson 1927); 1 other combination lies in it.")
        .contains("Spread is the standard deviation over seeds.")
        .doesNotContain("Failed runs");
  }

  @Test
  void factorsOfOneValue_haveNoPanel() {
    String html = render(result(1, true, "128"));
    assertThat(count(html, "<figcaption><b>loss.temperature</b>")).isEqualTo(2);
    assertThat(html)
        .doesNotContain("<figcaption><b>optimization.batch_size</b>")
        .doesNotContain("over the values of the other factors");
  }

  @Test
  void header_saysWhereTheGalleryIsTheTrainingData() {
    assertThat(render(result(1, true)))
        .contains("<code>synthetic:test</code>, by the images trained on");
  }

  @Test
  void curves_areThinned() {
    String html = render(result(1, true));
    String curve =
        Pattern.compile("<polyline points=\"([^\"]{30,})")
            .matcher(html)
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);
    assertThat(curve.split(" ")).hasSizeBetween(60, 120);
  }

  @Test
  void failedRuns_areListedWithTheirErrors() {
    SweepResult whole = result(1, true);
    List<RunResult> runs = new ArrayList<>(whole.runs());
    runs.set(
        0,
        new RunResult(
            runs.getFirst().run(), Optional.empty(), Optional.empty(), "training failed: <NaN>"));
    String html = render(new SweepResult(whole.plan(), runs));
    assertThat(html)
        .contains(
            "<li>loss.temperature=0.1, optimization.batch_size=128, seed 0: training failed: &lt;NaN&gt;</li>")
        .contains("6, 1 failed, ");
    assertThat(Elements.misplaced(html)).isEmpty();
  }

  @Test
  void featureSpread_isAColumnWithItsMeaning() {
    String html = render(result(3, true));
    assertThat(count(html, "<th scope=\"col\">Feature spread</th>")).isEqualTo(1);
    assertThat(count(html, "<td>0\\.750</td>")).as("one for each combination").isEqualTo(6);
    assertThat(html).contains("near 0 where they collapsed");
  }

  @Test
  void warnings_areToldUpToTwenty() {
    SweepResult whole = result(3, true);
    List<RunResult> runs = new ArrayList<>();
    for (RunResult run : whole.runs()) {
      TrainingJob.Builder job = run.job().orElseThrow().toBuilder();
      job.getStatusBuilder().addWarnings("it <collapses>").addWarnings("a.jpg is skipped");
      runs.add(new RunResult(run.run(), Optional.of(job.build()), run.evaluation(), ""));
    }
    String html = render(new SweepResult(whole.plan(), runs));
    assertThat(html)
        .contains(
            "<li>loss.temperature=0.1, optimization.batch_size=128, seed 0: it &lt;collapses&gt;</li>",
            "<li>16 more</li>");
    assertThat(count(html, "(it &lt;collapses&gt;|a.jpg is skipped)</li>")).isEqualTo(20);
    assertThat(Elements.misplaced(html)).isEmpty();
    assertThat(render(whole)).doesNotContain("Warnings of the training");
  }

  @Test
  void markup_opensAndClosesItsElementsAndLoadsNothing() {
    for (SweepResult result : List.of(result(3, true), result(1, false))) {
      String html = render(result);
      assertThat(Elements.misplaced(html)).isEmpty();
      assertThat(html).doesNotContain("http:", "https:", "@import");
    }
  }
}
