package dev.parallax.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, aligned; the last one is as long as it likes. */
public final class Table {
  private static final String GAP = "  ";

  /** Characters that the last column keeps on the narrowest screen. */
  private static final int MIN_LAST = 16;

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

  /** An empty line, to tell groups of rows apart. */
  public Table gap() {
    rows.add(List.of());
    return this;
  }

  /**
   * As {@link #lines()}, with the last column shortened where a line would be longer than the
   * screen is wide.
   */
  public List<String> lines(int columns) {
    int last = header.size() - 1;
    int others = 0;
    for (int c = 0; c < last; c++) {
      others += width(c) + GAP.length();
    }
    int room = Math.max(MIN_LAST, columns - others);
    Table fitted = new Table(header.toArray(String[]::new));
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row);
      if (!row.isEmpty() && row.getLast().length() > room) {
        cells.set(last, row.getLast().substring(0, room - 1).stripTrailing() + "…");
      }
      fitted.rows.add(cells);
    }
    return fitted.lines();
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
        .filter(row -> !row.isEmpty())
        .mapToInt(row -> row.get(column).length())
        .reduce(header.get(column).length(), Math::max);
  }

  private boolean numeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .filter(row -> !row.isEmpty())
            .allMatch(row -> row.get(column).matches("[-+]?[\\d.,]+( ± [\\d.,]+)?( %)?|-"));
  }
}
