package dev.parallax.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.eval.v1.Evaluation;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final int MEGABYTE = 1_000_000;

  @Test
  void headline_saysWhatPretrainingGained() {
    assertThat(Report.render(ReportFixture.complete()))
        .contains("<title>quickstart 3 · kNN 31.9 % → 88.0 %, +56.1 points</title>");
  }

  @Test
  void results_showBothRowsWithFloorAndProtocol() {
    assertThat(Report.render(ReportFixture.complete()))
        .contains("<b>31.9 %</b>", "<b>88.0 %</b>", "<b>36.6 %</b>", "<b>92.7 %</b>")
        .contains("Always the largest class</th><td>10.1 %</td>")
        .contains("Neighbours k</th><td colspan=\"2\">200</td>")
        .contains("Temperature T</th><td colspan=\"2\">0.1</td>")
        .contains("0.001, 0.01, 0.1, 1, 10, 100, 1000")
        .contains("10, with 92.3 % on the held-out fifth")
        .contains("4,096 from <code>synthetic:train</code>")
        .contains("2,048 from <code>synthetic:test</code>");
  }

  @Test
  void results_warnWhenTheRowsAreOfDifferentImages() {
    ReportData data = ReportFixture.complete();
    Evaluation.Builder other = data.random().orElseThrow().toBuilder();
    other.getResultBuilder().getTestBuilder().setSha256("0".repeat(64));
    assertThat(
            Report.render(
                ReportFixture.withEvaluations(other.build(), data.pretrained().orElseThrow())))
        .contains("measured on different images");
  }

  @Test
  void names_areText_whateverTheyHold() {
    List<String> names =
        List.of("<script>alert(1)</script>", "\" onload=\"alert(2)", "</style><b>", "a & b");
    String html = Report.render(ReportFixture.of(names, 8, 4, 80, 16));
    assertThat(html)
        .doesNotContain("<script>alert", "\" onload=\"alert", "</style><b>")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "a &amp; b");
    assertThat(matches(html, "<script")).hasSize(1);
  }

  @Test
  void page_loadsNothing() {
    String html = Report.render(ReportFixture.complete());
    assertThat(html).doesNotContain("http:", "https:", "@import", "srcset", "<iframe");
    assertThat(matches(html, "(?:src|href)=\"([^\"]*)\""))
        .allSatisfy(m -> assertThat(m.group(1)).startsWith("data:"));
    assertThat(matches(html, "url\\(([^)]*)\\)"))
        .isNotEmpty()
        .allSatisfy(m -> assertThat(m.group(1)).startsWith("data:image/"));
  }

  @Test
  void policy_letsTheReportsOwnScriptRunAndNoOther() throws Exception {
    String html = Report.render(ReportFixture.complete());
    String script = matches(html, "(?s)<script>(.*?)</script>").getFirst().group(1);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
    assertThat(html)
        .contains(
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
                + Base64.getEncoder().encodeToString(digest)
                + "'");
  }

  @Test
  void markup_opensAndClosesItsElementsInOrder() {
    assertThat(Elements.misplaced(Report.render(ReportFixture.complete()))).isEmpty();
    assertThat(Elements.misplaced(Report.render(ReportFixture.withoutEvaluations()))).isEmpty();
  }

  @Test
  void size_staysUnderThreeMegabytes_forHundredQueriesOfTenNeighbours() {
    List<String> names = ReportFixture.names("a class with a rather long name", 100);
    String html = Report.render(ReportFixture.of(names, 100, 10, 2000, 64));
    assertThat(html.getBytes(UTF_8).length).isLessThan(3 * MEGABYTE);
    assertThat(matches(html, "<li class=\"query\">")).hasSize(100);
  }

  @Test
  void gallery_marksRightAndWrongNeighbours_andSaysHowOftenTheyAreRight() {
    String html = Report.render(ReportFixture.of(List.of("a", "b"), 2, 5, 20, 16));
    long same = matches(html, "<li class=\"same\">").size();
    long other = matches(html, "<li class=\"other\">").size();
    assertThat(same + other).isEqualTo(2 * 2 * 5);
    assertThat(html).contains("a, same class, similarity 0.97");
  }

  @Test
  void partsThatAreMissing_leaveASentence() {
    ReportData data =
        new ReportData(
            ReportFixture.manifest(),
            List.of(),
            ReportFixture.trained(),
            Optional.empty(),
            Optional.empty(),
            ReportFixture.CREATED);
    assertThat(Report.render(data))
        .contains("<h1>quickstart, version 3</h1>")
        .contains("Nothing was measured, as there were no labelled images")
        .contains("There is no loss curve")
        .contains("There is no online kNN curve")
        .contains("There is no gallery, as nothing was measured.")
        .contains("There is no map, as nothing was measured.")
        .doesNotContain("<polyline");
  }

  @Test
  void headline_isTheLossWhereNothingWasMeasured() {
    assertThat(Report.render(ReportFixture.withoutEvaluations()))
        .containsPattern("<h1>Loss 6\\.\\d\\d → 3\\.\\d\\d nats</h1>");
  }

  @Test
  void failedEvaluation_isToldWithItsError() {
    Evaluation failed =
        Evaluation.newBuilder()
            .setStatus(
                JobStatus.newBuilder()
                    .setState(JobState.JOB_STATE_FAILED)
                    .setError("the embedding service is gone"))
            .build();
    Evaluation pretrained = ReportFixture.complete().pretrained().orElseThrow();
    assertThat(Report.render(ReportFixture.withEvaluations(failed, pretrained)))
        .contains("The random encoder was not measured: the embedding service is gone")
        .contains("· kNN 88.0 %</title>");
  }

  @Test
  void warningsAndErrorsOfTheJobsAreShown() {
    assertThat(Report.render(ReportFixture.complete()))
        .contains("<li>Training: cats/0041.jpg is skipped: damaged JPEG file");
  }

  @Test
  void usage_namesTheModel() {
    assertThat(Report.render(ReportFixture.complete()))
        .contains("./parallax embed --model quickstart ")
        .contains("model=pb.ModelSelector(model=&quot;quickstart&quot;, version=3)");
  }

  @Test
  void write_replacesTheFile_andLeavesNothingBesideIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("reports/report.html");
    Report.write(file, ReportFixture.withoutEvaluations());
    assertThat(Report.write(file, ReportFixture.complete())).isEqualTo(file);
    assertThat(file).content(UTF_8).startsWith("<!doctype html>").contains("+56.1 points");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  private static List<MatchResult> matches(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().toList();
  }
}
