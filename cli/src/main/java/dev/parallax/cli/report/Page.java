package dev.parallax.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** A report as one HTML file that loads nothing, and lets no script run but its own. */
final class Page {
  private Page() {}

  /**
   * @param title plain text, for the window
   */
  static String of(String title, Html header, List<Html> sections, Instant created) {
    String script = resource("report.js");
    return Html.of(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{}</title>
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
            title,
            new Html(resource("report.css")),
            header,
            sections,
            Figures.minute(created),
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
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read from the class path", e);
    }
  }
}
