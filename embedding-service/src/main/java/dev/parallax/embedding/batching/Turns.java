package dev.parallax.embedding.batching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much goes before a caller who comes now, by the rules of {@link WaitingLine}: everything of a
 * higher priority, and of the same one a turn of each caller. Thread-safe.
 */
public final class Turns {
  private final int turn;
  private final List<Level> levels =
      IntStream.rangeClosed(1, Priority.LOWEST).mapToObj(i -> new Level()).toList();

  /** Images of one priority. */
  private static final class Level {
    private final Map<Object, Integer> byCaller = new HashMap<>();
    private int images;
    private int firstTurns;
  }

  /**
   * @param turn images, 1 or more
   */
  Turns(int turn) {
    this.turn = turn;
  }

  /** So many more images of a caller. */
  public void add(Object caller, Priority priority, int images) {
    count(caller, priority, images);
  }

  /** So many images of a caller are done. */
  public void remove(Object caller, Priority priority, int images) {
    count(caller, priority, -images);
  }

  private synchronized void count(Object caller, Priority priority, int change) {
    Level level = levels.get(priority.level() - 1);
    int before = level.byCaller.getOrDefault(caller, 0);
    int after = before + change;
    if (after == 0) {
      level.byCaller.remove(caller);
    } else {
      level.byCaller.put(caller, after);
    }
    level.images += change;
    level.firstTurns += Math.min(after, turn) - Math.min(before, turn);
  }

  synchronized int ahead(Priority priority) {
    int higher = levels.subList(0, priority.level() - 1).stream().mapToInt(l -> l.images).sum();
    return higher + levels.get(priority.level() - 1).firstTurns;
  }

  synchronized int images() {
    return levels.stream().mapToInt(level -> level.images).sum();
  }
}
