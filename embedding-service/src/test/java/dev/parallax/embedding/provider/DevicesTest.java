package dev.parallax.embedding.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DevicesTest {
  @Test
  void noDeviceHoldsMoreThanItsShare_whateverEndsFirst() {
    int each = 3;
    Devices devices = new Devices(4);
    int[] running = new int[devices.count()];
    Deque<Integer> taken = new ArrayDeque<>();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      if (taken.size() < each * devices.count() && random.nextBoolean()) {
        int device = devices.take();
        running[device]++;
        assertThat(running[device]).isLessThanOrEqualTo(each);
        if (random.nextBoolean()) {
          taken.addFirst(device);
        } else {
          taken.addLast(device);
        }
      } else if (!taken.isEmpty()) {
        int device = taken.removeFirst();
        running[device]--;
        devices.giveBack(device);
      }
    }
  }
}
