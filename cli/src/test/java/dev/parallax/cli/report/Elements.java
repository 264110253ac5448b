package dev.parallax.cli.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A look at whether a page's elements are closed in the order in which they were opened. */
final class Elements {
  private static final Set<String> VOID = Set.of("meta", "link", "br", "img", "input", "hr");
  private static final Pattern TAG =
      Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*\"|[^\">])*?(/?)>");

  private Elements() {}

  /** Every element that closes what is not open, or is never closed. */
  static List<String> misplaced(String html) {
    String bare =
        html.replaceAll("(?s)(<script>).*?(</script>)", "$1$2")
            .replaceAll("(?s)(<style>).*?(</style>)", "$1$2");
    Deque<String> open = new ArrayDeque<>();
    List<String> misplaced = new ArrayList<>();
    for (MatchResult tag : TAG.matcher(bare).results().toList()) {
      String name = tag.group(2);
      if (!tag.group(3).isEmpty() || VOID.contains(name)) {
        continue;
      }
      if (tag.group(1).isEmpty()) {
        open.push(name);
      } else if (name.equals(open.peek())) {
        open.pop();
      } else {
        misplaced.add(tag.group() + " inside " + open);
      }
    }
    misplaced.addAll(open);
    return misplaced;
  }
}
