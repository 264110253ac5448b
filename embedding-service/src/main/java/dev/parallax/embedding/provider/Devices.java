package dev.parallax.embedding.provider;

/**
 * Runs in progress on each device. A new one goes to the device with the fewest, so that devices of
 * n runs each never hold more than n while there are at most n times as many in all. Thread-safe.
 */
public final class Devices {
  private final int[] running;

  /**
   * @param count devices, 1 or more
   */
  public Devices(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + "; allowed: 1 or more");
    }
    this.running = new int[count];
  }

  public int count() {
    return running.length;
  }

  /**
   * @return index of a device, to be given back
   */
  public synchronized int take() {
    int least = 0;
    for (int device = 1; device < running.length; device++) {
      if (running[device] < running[least]) {
        least = device;
      }
    }
    running[least]++;
    return least;
  }

  public synchronized void giveBack(int device) {
    running[device]--;
  }
}
