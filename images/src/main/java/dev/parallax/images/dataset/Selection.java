package dev.parallax.images.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Subsets of a dataset. */
public final class Selection {
  private Selection() {}

  /**
   * At most {@code max} indexes without replacement, as many of each class as possible; the same
   * for the same seed.
   *
   * @param max 1 or more; 0: all
   * @return ascending indexes
   */
  public static int[] balanced(Dataset dataset, int max, long seed) {
    if (max < 0) {
      throw new IllegalArgumentException("max is " + max + "; allowed: 0 or more");
    }
    if (max == 0 || max >= dataset.size()) {
      return IntStream.range(0, dataset.size()).toArray();
    }
    int[] order = shuffled(dataset.size(), seed);
    List<List<Integer>> perClass = new ArrayList<>();
    for (int i = 0; i < Math.max(1, dataset.classes().size()); i++) {
      perClass.add(new ArrayList<>());
    }
    for (int index : order) {
      perClass.get(Math.max(0, dataset.label(index))).add(index);
    }
    int[] selected = new int[max];
    int count = 0;
    for (int round = 0; count < max; round++) {
      for (List<Integer> members : perClass) {
        if (round < members.size() && count < max) {
          selected[count++] = members.get(round);
        }
      }
    }
    Arrays.sort(selected);
    return selected;
  }

  private static int[] shuffled(int size, long seed) {
    var random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
