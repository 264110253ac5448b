package dev.parallax.embedding.batching;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Who is next.
 *
 * <ul>
 *   <li>A higher priority goes first.
 *   <li>One in every {@link #BY_AGE} takes goes by age instead: to the priority whose first in line
 *       has waited longest. However much of the higher ones arrives, the lowest is computed.
 *   <li>Within a priority callers take turns of so many images, in the order of their arrival. Who
 *       asks for no more than a turn is served first come, first served.
 * </ul>
 *
 * Not thread-safe.
 */
final class WaitingLine<T extends Waiting> {
  /** Takes of which one goes by age. */
  static final int BY_AGE = 8;

  private final List<CallerRing<T>> levels;
  private long arrivals;
  private int takes;

  /**
   * @param turn images that a caller has computed before it is the next one's turn, 1 or more
   */
  WaitingLine(int turn) {
    levels =
        IntStream.rangeClosed(1, Priority.LOWEST).mapToObj(i -> new CallerRing<T>(turn)).toList();
  }

  void add(T item) {
    requireNonNull(item, "item is null");
    level(item.priority()).add(item, arrivals++);
  }

  private CallerRing<T> level(Priority priority) {
    return levels.get(priority.level() - 1);
  }

  boolean isEmpty() {
    return levels.stream().allMatch(CallerRing::isEmpty);
  }

  /** Images that wait. */
  int images() {
    return levels.stream().mapToInt(CallerRing::images).sum();
  }

  /**
   * Takes those who are next until they have {@code images} images or nobody waits.
   *
   * @param abandoned whom nobody waits for any more: taken out on the way, not counted
   * @param dropped gets those
   */
  List<T> take(int images, Predicate<? super T> abandoned, List<? super T> dropped) {
    takes = (takes + 1) % BY_AGE;
    List<T> taken = new ArrayList<>();
    int room = images;
    while (room > 0) {
      Optional<CallerRing<T>> level = takes == 0 ? oldest() : highest();
      if (level.isEmpty()) {
        break;
      }
      T item = level.get().removeFirst();
      if (abandoned.test(item)) {
        dropped.add(item);
      } else {
        taken.add(item);
        room -= item.images();
      }
    }
    return taken;
  }

  private Optional<CallerRing<T>> highest() {
    return levels.stream().filter(level -> !level.isEmpty()).findFirst();
  }

  private Optional<CallerRing<T>> oldest() {
    CallerRing<T> oldest = null;
    for (CallerRing<T> level : levels) {
      if (!level.isEmpty() && (oldest == null || level.firstArrival() < oldest.firstArrival())) {
        oldest = level;
      }
    }
    return Optional.ofNullable(oldest);
  }

  /** Takes out all that are {@code abandoned}. */
  List<T> remove(Predicate<? super T> abandoned) {
    List<T> removed = new ArrayList<>();
    levels.forEach(level -> level.remove(abandoned, removed));
    return removed;
  }
}
