package dev.parallax.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.parallax.cli.report.ThumbnailSheet.Cell;
import dev.parallax.eval.v1.GalleryItem;
import dev.parallax.eval.v1.Query;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawingTest {
  @Test
  void axis_hasTicksOfOneTwoOrFive() {
    assertThat(Axis.tight(0, 10, 0, 100, 6).ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(Axis.tight(0, 800, 0, 100, 6).ticks())
        .containsExactly(0.0, 200.0, 400.0, 600.0, 800.0);
  }

  @Test
  void axis_endsOnTicksWhenRounded() {
    Axis axis = Axis.rounded(3.91, 6.24, 200, 0, 5);
    assertThat(axis.low()).isEqualTo(3.5);
    assertThat(axis.high()).isEqualTo(6.5);
    assertThat(axis.pixel(3.5)).isEqualTo(200);
    assertThat(axis.pixel(6.5)).isEqualTo(0);
    assertThat(axis.decimals()).isEqualTo(1);
  }

  @Test
  void axis_hasWidthEvenForOneValue() {
    assertThat(Axis.rounded(2, 2, 0, 100, 5).high()).isGreaterThan(2);
    assertThat(Axis.tight(0, 0, 0, 100, 5).high()).isEqualTo(1);
  }

  @Test
  void figures_areShortAndKeepTheirSign() {
    assertThat(Figures.percent(0.8804)).isEqualTo("88.0 %");
    assertThat(Figures.points(0.319, 0.88)).isEqualTo("+56.1 points");
    assertThat(Figures.points(0.5, 0.468)).isEqualTo("−3.2 points");
    assertThat(Figures.points(0.5, 0.49999)).isEqualTo("0.0 points");
    assertThat(Figures.brief(1e-6)).isEqualTo("1e-6");
    assertThat(Figures.brief(3.14e-7)).isEqualTo("3.14e-7");
    assertThat(Figures.brief(0.001)).isEqualTo("0.001");
    assertThat(Figures.brief(1000)).isEqualTo("1000");
    assertThat(Figures.brief(2.5e7)).isEqualTo("2.5e7");
    assertThat(Figures.brief(Double.NaN)).isEqualTo("–");
    assertThat(Figures.duration(151)).isEqualTo("2 min 31 s");
    assertThat(Figures.duration(7320)).isEqualTo("2 h 2 min");
    assertThat(Figures.coordinate(-0.04)).isEqualTo("0");
    assertThat(Figures.coordinate(12.34)).isEqualTo("12.3");
  }

  /** scipy.stats.binomtest(880, 1000).proportion_ci(0.95, "wilson"), scipy 1.10.1. */
  @Test
  void interval_isWilsons() {
    Interval interval = Interval.of(0.88, 1000);
    assertThat(interval.low()).isCloseTo(0.8583909, within(1e-6));
    assertThat(interval.high()).isCloseTo(0.8987007, within(1e-6));
    assertThat(Interval.of(1, 10).high()).isCloseTo(1, within(1e-12)).isLessThanOrEqualTo(1);
  }

  @Test
  void html_escapesWhatIsNotMarkup() {
    assertThat(Html.of("<p title=\"{}\">{}</p>", "\"'", List.of("<", Html.of("<b>{}</b>", "&"))))
        .isEqualTo(new Html("<p title=\"&quot;&#39;\">&lt;<b>&amp;</b></p>"));
    assertThat(Html.of("{}", "a\u0000{}").markup()).isEqualTo("a\uFFFD{}");
    assertThatThrownBy(() -> Html.of("{}{}", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Html.of("{}", 1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void marks_tellHundredClassesApart() {
    assertThat(IntStream.range(0, 100).mapToObj(Mark::of).distinct()).hasSize(100);
    assertThat(Mark.of(0).path(2)).isEqualTo("h.01");
    assertThat(Mark.of(10).path(1.5)).isEqualTo("m-1.5 0 1.5-1.5 1.5 1.5-1.5 1.5-1.5-1.5z");
    assertThat(Mark.of(20).path(1)).isEqualTo("m-1 0a 1 1 0 1 0 2 0a 1 1 0 1 0-2 0");
    assertThat(Mark.of(-1).css()).isEqualTo("none disc");
  }

  @Test
  void sheet_holdsEachPictureOnce_andKnowsWhichAreUnreadable() {
    List<ByteString> pictures =
        ReportFixture.complete()
            .pretrained()
            .orElseThrow()
            .getResult()
            .getGallery()
            .getQueriesList()
            .stream()
            .map(Query::getImage)
            .map(GalleryItem::getThumbnailPng)
            .limit(3)
            .toList();
    ByteString broken = ByteString.copyFromUtf8("no picture");
    ThumbnailSheet sheet =
        ThumbnailSheet.of(
            List.of(pictures.get(0), broken, pictures.get(1), pictures.get(0), pictures.get(2)));
    assertThat(sheet.uri()).startsWith("data:image/png;base64,");
    assertThat(sheet.side()).isEqualTo(32);
    assertThat(sheet.cell(pictures.get(0))).contains(new Cell(0, 0));
    assertThat(sheet.cell(pictures.get(2))).contains(new Cell(0, 1));
    assertThat(sheet.cell(broken)).isEmpty();
    assertThat(sheet.cell(ByteString.EMPTY)).isEmpty();
  }

  @Test
  void dotPlot_doesNotFillItsPanelWithSmallDifferences() {
    DotPlot near =
        new DotPlot(
            "kNN",
            List.of(
                new DotPlot.Column("a", List.of(new DotPlot.Dot(0.50, "a"))),
                new DotPlot.Column("b", List.of(new DotPlot.Dot(0.51, "b")))));
    List<Double> heights =
        Pattern.compile("cy=\"([\\d.]+)\"")
            .matcher(near.svg().markup())
            .results()
            .map(result -> Double.valueOf(result.group(1)))
            .toList();
    assertThat(heights).hasSize(2);
    assertThat(heights.get(0) - heights.get(1))
        .as("one point of eight or more, in a panel of 228 pixels")
        .isBetween(15.0, 28.5);
  }
}
