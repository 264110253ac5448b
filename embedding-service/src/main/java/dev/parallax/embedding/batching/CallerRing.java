package dev.parallax.embedding.batching;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Those of one priority, whose callers take turns. Not thread-safe. */
final class CallerRing<T extends Waiting> {
  private final int turn;
  private final Deque<CallerLine<T>> ring = new ArrayDeque<>();
  private final Map<Object, CallerLine<T>> byCaller = new HashMap<>();
  private int images;

  private record Arrival<T>(long number, T item) {}

  /** What one caller has in line. */
  private static final class CallerLine<T extends Waiting> {
    private final Object caller;
    private final Deque<Arrival<T>> arrivals = new ArrayDeque<>();
    // of the turn that it is at
    private int taken;

    CallerLine(Object caller) {
      this.caller = caller;
    }
  }

  /**
   * @param turn images, 1 or more
   */
  CallerRing(int turn) {
    if (turn < 1) {
      throw new IllegalArgumentException("turn is " + turn + "; allowed: 1 or more");
    }
    this.turn = turn;
  }

  boolean isEmpty() {
    return ring.isEmpty();
  }

  int images() {
    return images;
  }

  /**
   * @param number larger than those of all that came before
   */
  void add(T item, long number) {
    CallerLine<T> line = byCaller.get(item.caller());
    if (line == null) {
      line = new CallerLine<>(item.caller());
      byCaller.put(line.caller, line);
      ring.addLast(line);
    }
    line.arrivals.addLast(new Arrival<>(number, item));
    images += item.images();
  }

  /** Number of the first one; there has to be one. */
  long firstArrival() {
    return ring.getFirst().arrivals.getFirst().number();
  }

  /** Takes the first one; there has to be one. */
  T removeFirst() {
    CallerLine<T> line = ring.getFirst();
    T item = line.arrivals.removeFirst().item();
    images -= item.images();
    line.taken += item.images();
    if (line.arrivals.isEmpty()) {
      ring.removeFirst();
      byCaller.remove(line.caller);
    } else if (line.taken >= turn) {
      line.taken = 0;
      ring.addLast(ring.removeFirst());
    }
    return item;
  }

  void remove(Predicate<? super T> abandoned, List<? super T> removed) {
    for (Iterator<CallerLine<T>> lines = ring.iterator(); lines.hasNext(); ) {
      CallerLine<T> line = lines.next();
      for (Iterator<Arrival<T>> all = line.arrivals.iterator(); all.hasNext(); ) {
        T item = all.next().item();
        if (abandoned.test(item)) {
          all.remove();
          images -= item.images();
          removed.add(item);
        }
      }
      if (line.arrivals.isEmpty()) {
        lines.remove();
        byCaller.remove(line.caller);
      }
    }
  }
}
