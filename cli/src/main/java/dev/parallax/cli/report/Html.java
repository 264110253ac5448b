package dev.parallax.cli.report;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A piece of markup. Text becomes markup only by way of {@link #of}, which escapes it, so that a
 * class may be called {@code <script>} and still be only a name.
 */
record Html(String markup) {
  static final Html NONE = new Html("");

  Html {
    requireNonNull(markup, "markup is null");
  }

  /**
   * Fills the holes {@code {}} of a template, in order. Markup and collections of markup go in as
   * they are, everything else as escaped text; escaped text is safe between tags and in quoted
   * attributes.
   *
   * @throws IllegalArgumentException if there are not as many values as holes
   */
  static Html of(String template, Object... values) {
    var out = new StringBuilder();
    int from = 0;
    for (Object value : values) {
      int hole = template.indexOf("{}", from);
      if (hole < 0) {
        throw new IllegalArgumentException("more values than holes in " + template);
      }
      out.append(template, from, hole);
      append(out, value);
      from = hole + 2;
    }
    if (template.indexOf("{}", from) >= 0) {
      throw new IllegalArgumentException("fewer values than holes in " + template);
    }
    return new Html(out.append(template, from, template.length()).toString());
  }

  static Html join(Collection<Html> parts) {
    return new Html(parts.stream().map(Html::markup).collect(Collectors.joining()));
  }

  boolean isEmpty() {
    return markup.isEmpty();
  }

  private static void append(StringBuilder out, Object value) {
    switch (value) {
      case Html html -> out.append(html.markup);
      case Collection<?> parts -> parts.forEach(part -> append(out, part));
      default -> escape(out, value.toString());
    }
  }

  private static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        // Control characters are no part of HTML, whatever a file is called.
        default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }
}
