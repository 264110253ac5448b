package dev.parallax.embedding.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time of processes on Linux. */
final class Cpu {
  // USER_HZ, which the kernel keeps at 100 for programs
  private static final double TICKS_PER_SECOND = 100;
  private static final int USER = 11;
  private static final int SYSTEM = 12;

  private Cpu() {}

  /** User and system time of all threads of a process, seconds in steps of 10 ms. */
  static double seconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // the name of the program, in parentheses, may hold blanks
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " is gone", e);
    }
  }

  /** Of this process. */
  static double ownSeconds() {
    return seconds(ProcessHandle.current().pid());
  }
}
