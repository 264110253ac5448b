package dev.parallax.eval.embeddings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Draws rows without replacement, as many of each class as possible. */
public final class BalancedRows {
  private BalancedRows() {}

  /**
   * @param labels 0 to {@code classes} - 1
   * @param most rows to draw, 1 or more
   * @param seed the same seed draws the same rows
   * @return ascending; all rows when there are not more
   */
  public static int[] draw(int[] labels, int classes, int most, long seed) {
    if (most >= labels.length) {
      return IntStream.range(0, labels.length).toArray();
    }
    List<List<Integer>> byClass = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      byClass.add(new ArrayList<>());
    }
    for (int i = 0; i < labels.length; i++) {
      byClass.get(labels[i]).add(i);
    }
    // java.util.Random: its sequence is part of the platform's specification
    Random random = new Random(seed);
    byClass.forEach(rows -> Collections.shuffle(rows, random));
    int[] drawn = new int[most];
    int count = 0;
    for (int round = 0; count < most; round++) {
      for (List<Integer> rows : byClass) {
        if (round < rows.size() && count < most) {
          drawn[count++] = rows.get(round);
        }
      }
    }
    Arrays.sort(drawn);
    return drawn;
  }
}
