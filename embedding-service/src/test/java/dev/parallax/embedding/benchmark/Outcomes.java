package dev.parallax.embedding.benchmark;

import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** How the calls of a soak ended, by kind of client. Thread-safe. */
final class Outcomes {
  private static final int TOLD = 50;

  private final Map<String, Long> counts = new TreeMap<>();
  private long wrong;
  private long unexpected;
  private long told;

  /** What a client of this kind is there for. */
  synchronized void ended(String kind, String how) {
    counts.merge(kind + ' ' + how, 1L, Long::sum);
  }

  /**
   * @param problem what is wrong with the answer
   */
  synchronized void answered(String kind, Optional<String> problem) {
    ended(kind, problem.isEmpty() ? "OK" : "WRONG");
    problem.ifPresent(
        text -> {
          wrong++;
          tell(kind + " is wrong: " + text);
        });
  }

  /**
   * @param expected statuses that such a call may end with
   */
  synchronized void failed(String kind, Status status, Set<Code> expected) {
    ended(kind, status.getCode().name());
    if (!expected.contains(status.getCode())) {
      unexpected++;
      tell(kind + " ended with " + status);
    }
  }

  /**
   * @param status of HTTP
   * @param expected that such a call may end with
   */
  synchronized void failed(String kind, int status, int expected) {
    ended(kind, "HTTP " + status);
    if (status != expected) {
      unexpected++;
      tell(kind + " ended with HTTP " + status);
    }
  }

  /** A client that fails itself. */
  synchronized void broke(String kind, Throwable failure) {
    ended(kind, "BROKEN");
    unexpected++;
    tell(kind + " broke: " + failure);
  }

  private void tell(String line) {
    if (told++ < TOLD) {
      System.err.println(line);
    }
  }

  synchronized JsonLine line() {
    return new JsonLine().put("outcomes", counts).put("wrong", wrong).put("unexpected", unexpected);
  }
}
