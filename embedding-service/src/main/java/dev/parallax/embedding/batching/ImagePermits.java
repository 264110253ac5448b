package dev.parallax.embedding.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Room for a bounded number of images. A prompt call gets its permits at once or not at all; a
 * patient one (a stream, which its own reading slows down) waits in line. Patient ones together get
 * at most half of the room, and what the first in line waits for is kept from prompt ones within
 * that half, so that neither kind starves the other. Thread-safe.
 */
public final class ImagePermits {
  private final int capacity;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private int used;
  private int usedByPatient;

  /** Somebody in line. */
  private static final class Waiter {
    private final int images;
    private final Runnable granted;

    Waiter(int images, Runnable granted) {
      this.images = images;
      this.granted = granted;
    }
  }

  /**
   * @param capacity images, 2 or more
   */
  public ImagePermits(int capacity) {
    if (capacity < 2) {
      throw new IllegalArgumentException("capacity is " + capacity + "; allowed: 2 or more");
    }
    this.capacity = capacity;
  }

  /** Most images that one call can ever hold. */
  public int largestCall() {
    return capacity / 2;
  }

  public int capacity() {
    return capacity;
  }

  public synchronized int free() {
    return capacity - used;
  }

  /** All or nothing, at once. */
  public synchronized boolean tryAcquire(int images) {
    if (used + reserved() + images > capacity) {
      return false;
    }
    used += images;
    return true;
  }

  /**
   * Runs {@code granted} when there is room, on this thread or on one that releases.
   *
   * @return gives the place in line up; false when the permits are granted already
   * @throws IllegalArgumentException when there can never be room
   */
  public Withdrawal acquire(int images, Runnable granted) {
    if (images > largestCall()) {
      throw new IllegalArgumentException(
          "images is " + images + "; allowed: at most " + largestCall());
    }
    Waiter waiter = new Waiter(images, granted);
    List<Waiter> lucky;
    synchronized (this) {
      waiters.addLast(waiter);
      lucky = grant();
    }
    lucky.forEach(next -> next.granted.run());
    return () -> withdraw(waiter);
  }

  /** Leaves the line. */
  @FunctionalInterface
  public interface Withdrawal {
    boolean withdraw();
  }

  private boolean withdraw(Waiter waiter) {
    boolean waited;
    List<Waiter> lucky;
    synchronized (this) {
      waited = waiters.remove(waiter);
      lucky = grant();
    }
    lucky.forEach(next -> next.granted.run());
    return waited;
  }

  /** Gives permits of a prompt call back. */
  public void release(int images) {
    release(images, false);
  }

  /** Gives permits of a patient call back. */
  public void releasePatient(int images) {
    release(images, true);
  }

  private void release(int images, boolean patient) {
    List<Waiter> lucky;
    synchronized (this) {
      used -= images;
      usedByPatient -= patient ? images : 0;
      lucky = grant();
    }
    lucky.forEach(next -> next.granted.run());
  }

  private List<Waiter> grant() {
    List<Waiter> lucky = new ArrayList<>();
    while (!waiters.isEmpty() && fits(waiters.getFirst())) {
      Waiter next = waiters.removeFirst();
      used += next.images;
      usedByPatient += next.images;
      lucky.add(next);
    }
    return lucky;
  }

  private boolean fits(Waiter waiter) {
    return used + waiter.images <= capacity && usedByPatient + waiter.images <= capacity / 2;
  }

  private int reserved() {
    return waiters.isEmpty()
        ? 0
        : Math.min(waiters.getFirst().images, capacity / 2 - usedByPatient);
  }
}
