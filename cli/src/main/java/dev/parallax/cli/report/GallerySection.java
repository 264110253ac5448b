package dev.parallax.cli.report;

import com.google.protobuf.ByteString;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.Gallery;
import dev.parallax.eval.v1.GalleryItem;
import dev.parallax.eval.v1.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Test images with the training images that the encoders find nearest to them. */
final class GallerySection {
  /** Neighbours shown of each query; more would not fit beside each other. */
  private static final int NEIGHBORS = 10;

  /** Queries shown at once; the others wait behind a click. */
  private static final int OPEN = 12;

  private static final int NAME_LENGTH = 60;

  private final ThumbnailSheet sheet;
  private final ClassNames classes;
  private final Map<String, Query> random = new HashMap<>();

  private GallerySection(ThumbnailSheet sheet, ClassNames classes, Gallery random) {
    this.sheet = sheet;
    this.classes = classes;
    random.getQueriesList().forEach(q -> this.random.putIfAbsent(q.getImage().getName(), q));
  }

  static Html of(ReportData data) {
    Optional<EvaluationResult> pretrained = Measured.pretrained(data).result();
    Gallery shown =
        pretrained.map(EvaluationResult::getGallery).orElse(Gallery.getDefaultInstance());
    Html body;
    if (shown.getQueriesCount() == 0) {
      body =
          Html.of(
              "<p class=\"missing\">There is no gallery, as {}.</p>",
              pretrained.isEmpty() ? "nothing was measured" : "no neighbours were asked for");
    } else {
      Gallery random =
          Measured.random(data)
              .result()
              .map(EvaluationResult::getGallery)
              .orElse(Gallery.getDefaultInstance());
      ThumbnailSheet sheet =
          ThumbnailSheet.of(Stream.concat(thumbnails(shown), thumbnails(random)).toList());
      var classes = new ClassNames(pretrained.orElseThrow().getClassesList());
      body = new GallerySection(sheet, classes, random).gallery(shown.getQueriesList());
    }
    return Html.of("<section id=\"neighbours\"><h2>Nearest neighbours</h2>{}</section>", body);
  }

  private static Stream<ByteString> thumbnails(Gallery gallery) {
    return gallery.getQueriesList().stream()
        .flatMap(
            q ->
                Stream.concat(
                    Stream.of(q.getImage()), q.getNeighborsList().stream().limit(NEIGHBORS)))
        .map(GalleryItem::getThumbnailPng);
  }

  private Html gallery(List<Query> queries) {
    List<Html> open = new ArrayList<>();
    List<Html> more = new ArrayList<>();
    int shown = Math.min(OPEN, queries.size());
    for (int i = 0; i < queries.size(); i++) {
      // Queries come ordered by class; an even spread shows as many classes as there is room for.
      boolean first = open.size() < shown && i >= (long) open.size() * queries.size() / shown;
      (first ? open : more).add(row(queries.get(i)));
    }
    Html rest =
        more.isEmpty()
            ? Html.NONE
            : Html.of(
                "<details><summary>{} more</summary><ol class=\"queries\">{}</ol></details>",
                Figures.count(more.size()),
                more);
    return Html.of(
        """
        <p>Test images and their nearest training images by cosine similarity, nearest first. {}</p>
        <p class="key"><span class="same">✓ same class</span> <span class="other">✗ another class</span></p>
        <style>.gallery{--columns:{};--pitch:{};--margin:{}}.gallery .t{background-image:url({})}</style>
        <div class="gallery"><ol class="queries">{}</ol>{}</div>
        """,
        precision(queries),
        sheet.columns(),
        (sheet.side() + 2) / (double) sheet.side(),
        1 / (double) sheet.side(),
        sheet.uri(),
        open,
        rest);
  }

  /** How often neighbours are right, over everything that was searched for. */
  private String precision(List<Query> queries) {
    double pretrained = share(queries);
    List<Query> others =
        queries.stream()
            .map(q -> random.get(q.getImage().getName()))
            .filter(q -> q != null)
            .toList();
    String said =
        "Of the pretrained encoder's neighbours %s have the query's class"
            .formatted(Figures.percent(pretrained));
    String compared =
        others.isEmpty() ? "" : ", of the random one's " + Figures.percent(share(others));
    return (said + compared + ".").replace(" %", "\u00a0%");
  }

  private static double share(List<Query> queries) {
    return queries.stream()
        .flatMap(q -> q.getNeighborsList().stream().map(n -> same(q, n)))
        .mapToInt(same -> same ? 1 : 0)
        .average()
        .orElse(0);
  }

  private Html row(Query query) {
    List<Html> strips = new ArrayList<>();
    strips.add(strip("Pretrained", query));
    Query other = random.get(query.getImage().getName());
    if (other != null) {
      strips.add(strip("Random", other));
    }
    String name = classes.of(query.getImage().getLabel());
    return Html.of(
        """
        <li class="query"><figure>{}<figcaption>{}</figcaption></figure>{}</li>
        """,
        picture(query.getImage(), "query, " + name),
        name,
        strips);
  }

  private Html strip(String title, Query query) {
    List<GalleryItem> shown = query.getNeighborsList().stream().limit(NEIGHBORS).toList();
    long right = shown.stream().filter(n -> same(query, n)).count();
    return Html.of(
        """
        <div class="strip"><p>{} <b>{}/{}</b></p><ol>{}</ol></div>""",
        title,
        right,
        shown.size(),
        shown.stream().map(n -> neighbor(query, n)).toList());
  }

  private Html neighbor(Query query, GalleryItem item) {
    boolean same = same(query, item);
    String what =
        "%s, %s, similarity %s"
            .formatted(
                classes.of(item.getLabel()),
                same ? "same class" : "another class",
                Figures.fixed(item.getSimilarity(), 2));
    return Html.of("<li class=\"{}\">{}</li>", same ? "same" : "other", picture(item, what));
  }

  private Html picture(GalleryItem item, String what) {
    Optional<ThumbnailSheet.Cell> cell = sheet.cell(item.getThumbnailPng());
    String title = what + "\n" + shortened(item.getName());
    return cell.isEmpty()
        ? Html.of("<span class=\"unreadable\" title=\"{}\">no picture</span>", title)
        : Html.of(
            "<span class=\"t\" role=\"img\" aria-label=\"{}\" title=\"{}\" style=\"--x:{};--y:{}\"></span>",
            what,
            title,
            cell.get().column(),
            cell.get().row());
  }

  private static boolean same(Query query, GalleryItem neighbor) {
    return neighbor.getLabel() == query.getImage().getLabel();
  }

  /** The end of a path says most. */
  private static String shortened(String name) {
    return name.length() <= NAME_LENGTH
        ? name
        : "…" + name.substring(name.length() - NAME_LENGTH + 1);
  }
}
