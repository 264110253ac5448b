package dev.parallax.eval.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Holds out a fifth of every class.
 *
 * @param fitted rows to fit on, ascending
 * @param heldOut rows to choose on, ascending; no class loses all its rows to it
 */
@SuppressWarnings("ArrayRecordComponent") // a result; nobody compares two of them
record StratifiedSplit(int[] fitted, int[] heldOut) {

  /**
   * Of a class with n rows, n / 5 are held out, rounded down, but at least 1 if n is 2 or more.
   *
   * @param labels 0 to {@code classes} - 1
   */
  static StratifiedSplit of(int[] labels, int classes, long seed) {
    List<List<Integer>> byClass = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      byClass.add(new ArrayList<>());
    }
    for (int i = 0; i < labels.length; i++) {
      byClass.get(labels[i]).add(i);
    }
    boolean[] held = new boolean[labels.length];
    // java.util.Random: its sequence is part of the platform's specification
    Random random = new Random(seed);
    for (List<Integer> rows : byClass) {
      Collections.shuffle(rows, random);
      int count = rows.size() < 2 ? 0 : Math.max(1, rows.size() / 5);
      rows.subList(0, count).forEach(row -> held[row] = true);
    }
    int[] all = new int[labels.length];
    Arrays.setAll(all, i -> i);
    return new StratifiedSplit(
        Arrays.stream(all).filter(i -> !held[i]).toArray(),
        Arrays.stream(all).filter(i -> held[i]).toArray());
  }
}
