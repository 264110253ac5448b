package dev.parallax.trainer.benchmark;

import java.lang.management.ManagementFactory;

/** What this process has used of the machine. */
final class Cpu {
  private Cpu() {}

  /** User and system time of all threads, seconds. */
  static double seconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
