package dev.parallax.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Writes the report of a pretraining as one HTML file that loads nothing. */
public final class Report {
  private Report() {}

  /**
   * Writes the report beside {@code file} and renames it, so that {@code file} is a whole report or
   * what it was before.
   *
   * @return {@code file}
   * @throws IOException if the file cannot be written
   */
  public static Path write(Path file, ReportData data) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path aside = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.writeString(aside, render(data));
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
    return file;
  }

  static String render(ReportData data) {
    String script = resource("report.js");
    List<Html> sections =
        List.of(
            ResultsSection.of(data),
            CurvesSection.of(data),
            GallerySection.of(data),
            MapSection.of(data),
            DetailsSection.of(data),
            UsageSection.of(data.manifest()));
    return Html.of(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{} {} · {}</title>
            <link rel="icon" href="data:,">
            <style>{}</style>
            </head>
            <body>
            {}
            <main>{}</main>
            <footer>Made by Parallax on {}.</footer>
            <div id="tip" role="status" hidden></div>
            <script>{}</script>
            </body>
            </html>
            """,
            digest(script),
            data.manifest().getModel(),
            data.manifest().getVersion(),
            Headline.text(data),
            new Html(resource("report.css")),
            Headline.of(data),
            sections,
            Figures.minute(data.created()),
            new Html(script))
        .markup();
  }

  /** The one script that the page's policy lets run. */
  private static String digest(String script) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read from the class path", e);
    }
  }
}
