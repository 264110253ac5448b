package dev.parallax.images.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Subsets of a dataset. */
public final class Selection {
  /** A share such as 0.29 of 100 images is 29 of them, whatever its binary fraction. */
  private static final double ROUNDING = 1e-9;

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
    List<List<Integer>> perClass = perClass(dataset, seed);
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

  /**
   * The same share of every class, rounded down, but an image at least of each that has any; the
   * same for the same seed. Images without a label are left out.
   *
   * @param fraction above 0, at most 1
   * @return ascending indexes
   */
  public static int[] share(Dataset dataset, double fraction, long seed) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "fraction is " + fraction + "; allowed: above 0, at most 1");
    }
    return perClass(dataset, seed).stream()
        .map(members -> members.stream().filter(index -> dataset.label(index) >= 0).toList())
        .flatMap(members -> members.stream().limit(share(members.size(), fraction)))
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  private static int share(int size, double fraction) {
    return Math.max(1, (int) Math.floor(size * fraction + ROUNDING));
  }

  /** The indexes of each class in random order; those without a label are with the first. */
  private static List<List<Integer>> perClass(Dataset dataset, long seed) {
    List<List<Integer>> perClass = new ArrayList<>();
    for (int i = 0; i < Math.max(1, dataset.classes().size()); i++) {
      perClass.add(new ArrayList<>());
    }
    for (int index : shuffled(dataset.size(), seed)) {
      perClass.get(Math.max(0, dataset.label(index))).add(index);
    }
    return perClass;
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
