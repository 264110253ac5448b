package dev.parallax.cli.report;

import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.Map;
import dev.parallax.eval.v1.MapPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Test embeddings in two dimensions, coloured by class. */
final class MapSection {
  private static final double SIDE = 480;
  private static final double BORDER = 10;

  /** A legend of more classes stands in columns. */
  private static final int LINES = 20;

  private MapSection() {}

  static Html of(ReportData data) {
    Optional<EvaluationResult> pretrained = withMap(Measured.pretrained(data));
    Optional<EvaluationResult> random = withMap(Measured.random(data));
    Html body =
        pretrained.isEmpty()
            ? Html.of(
                "<p class=\"missing\">There is no map, as {}.</p>",
                Measured.pretrained(data).result().isEmpty()
                    ? "nothing was measured"
                    : "none was asked for")
            : maps(random, pretrained.get());
    return Html.of("<section id=\"map\"><h2>Map of the embeddings</h2>{}</section>", body);
  }

  private static Optional<EvaluationResult> withMap(Measured measured) {
    return measured.result().filter(r -> r.getMap().getPointsCount() > 0);
  }

  private static Html maps(Optional<EvaluationResult> random, EvaluationResult pretrained) {
    var classes = new ClassNames(pretrained.getClassesList());
    Map map = pretrained.getMap();
    boolean linked = random.map(r -> samePoints(r, pretrained)).orElse(false);
    List<Html> figures = new ArrayList<>();
    random.ifPresent(r -> figures.add(figure("Random initialisation", r.getMap(), classes)));
    figures.add(figure("Pretrained", map, classes));
    return Html.of(
        """
        <p>{} of {} by {}. Distances between far-apart groups and the axes themselves mean \
        nothing; what lies close together is close in the embedding.{}</p>
        <div class="pair maps"{}>{}</div>
        {}
        """,
        random.isPresent() ? "Two maps" : "A map",
        Figures.counted(map.getPointsCount(), "test image"),
        map.getMethod().isEmpty() ? "t-SNE" : map.getMethod(),
        linked ? " Point at an image to find it in both maps." : "",
        linked ? new Html(" data-linked") : Html.NONE,
        figures,
        legend(map, classes));
  }

  /** Whether the n-th points of both maps are the same image. */
  private static boolean samePoints(EvaluationResult a, EvaluationResult b) {
    return a.getTest().getSha256().equals(b.getTest().getSha256())
        && labels(a.getMap()).equals(labels(b.getMap()));
  }

  private static List<Integer> labels(Map map) {
    return map.getPointsList().stream().map(MapPoint::getLabel).toList();
  }

  private static Html figure(String title, Map map, ClassNames classes) {
    List<MapPoint> points =
        map.getPointsList().stream()
            .filter(p -> Float.isFinite(p.getX()) && Float.isFinite(p.getY()))
            .toList();
    double radius = points.size() <= 600 ? 3.6 : points.size() <= 2000 ? 2.6 : 1.8;
    List<Html> paths = new ArrayList<>();
    paths(points, radius)
        .forEach(
            (label, path) ->
                paths.add(
                    Html.of(
                        "<path class=\"{}\" data-class=\"{}\" data-name=\"{}\" d=\"{}\"/>\n",
                        Mark.of(label).css(),
                        label,
                        classes.of(label),
                        path)));
    return Html.of(
        """
        <figure><figcaption><b>{}</b></figcaption>
        <svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}" style="--d:{}">{}<circle class="here" r="7" hidden/></svg></figure>
        """,
        title,
        (int) SIDE,
        (int) SIDE,
        "%s: %s in two dimensions".formatted(title, Figures.counted(points.size(), "embedding")),
        Figures.coordinate(2 * radius),
        paths);
  }

  /** One path for each class; every mark in it begins with an absolute move to its middle. */
  private static SortedMap<Integer, StringBuilder> paths(List<MapPoint> points, double radius) {
    double minX = points.stream().mapToDouble(MapPoint::getX).min().orElse(0);
    double maxX = points.stream().mapToDouble(MapPoint::getX).max().orElse(0);
    double minY = points.stream().mapToDouble(MapPoint::getY).min().orElse(0);
    double maxY = points.stream().mapToDouble(MapPoint::getY).max().orElse(0);
    double range = Math.max(Math.max(maxX - minX, maxY - minY), 1e-9);
    double scale = (SIDE - 2 * BORDER) / range;
    SortedMap<Integer, StringBuilder> paths = new TreeMap<>();
    for (MapPoint point : points) {
      double x = SIDE / 2 + (point.getX() - (minX + maxX) / 2) * scale;
      double y = SIDE / 2 - (point.getY() - (minY + maxY) / 2) * scale;
      paths
          .computeIfAbsent(point.getLabel(), label -> new StringBuilder())
          .append('M')
          .append(Figures.coordinate(x))
          .append(' ')
          .append(Figures.coordinate(y))
          .append(Mark.of(point.getLabel()).path(radius));
    }
    return paths;
  }

  private static Html legend(Map map, ClassNames classes) {
    List<Html> entries =
        labels(map).stream()
            .distinct()
            .sorted()
            .map(
                label ->
                    Html.of(
                        """
                        <li><button type="button" aria-pressed="false" data-class="{}">\
                        <svg viewBox="0 0 14 14" aria-hidden="true" style="--d:9"><path class="{}" d="M7 7{}"/></svg>{}</button></li>
                        """,
                        label,
                        Mark.of(label).css(),
                        Mark.of(label).path(4),
                        classes.of(label)))
            .toList();
    return Html.of(
        "<ul class=\"legend {}\" aria-label=\"Classes\">{}</ul>",
        entries.size() > LINES ? "many" : "",
        entries);
  }
}
