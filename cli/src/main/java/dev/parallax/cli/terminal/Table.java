package dev.parallax.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, aligned; the last one is as long as it likes. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    this.header = List.of(header);
  }

  public Table row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row has " + cells.length + " cells; allowed: " + header.size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, header first; numbers and percentages are aligned to the right. */
  public List<String> lines() {
    List<List<String>> all = new ArrayList<>();
    all.add(header);
    all.addAll(rows);
    List<String> lines = new ArrayList<>();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        boolean last = c == row.size() - 1;
        String pad = " ".repeat(width(c) - row.get(c).length());
        boolean right = numeric(c);
        line.append(right ? pad : "").append(row.get(c)).append(right || last ? "" : pad);
        line.append(last ? "" : GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int width(int column) {
    return rows.stream()
        .mapToInt(row -> row.get(column).length())
        .reduce(header.get(column).length(), Math::max);
  }

  private boolean numeric(int column) {
    return !rows.isEmpty()
        && rows.stream().allMatch(row -> row.get(column).matches("[-+]?[\\d.,]+( %)?|-"));
  }
}
