package dev.parallax.cli.report;

import dev.parallax.cli.output.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the report of a pretraining. */
public final class Report {
  private Report() {}

  /**
   * Writes the report, so that {@code file} is a whole report or what it was before.
   *
   * @return {@code file}
   * @throws IOException if the file cannot be written
   */
  public static Path write(Path file, ReportData data) throws IOException {
    return WholeFile.write(file, render(data));
  }

  static String render(ReportData data) {
    return Page.of(
        data.manifest().getModel()
            + " "
            + data.manifest().getVersion()
            + " · "
            + Headline.text(data),
        Headline.of(data),
        List.of(
            ResultsSection.of(data),
            CurvesSection.of(data),
            GallerySection.of(data),
            MapSection.of(data),
            DetailsSection.of(data),
            UsageSection.of(data.manifest())),
        data.created());
  }
}
