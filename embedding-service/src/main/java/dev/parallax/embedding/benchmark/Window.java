package dev.parallax.embedding.benchmark;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.embedding.v1.EmbedResponse;
import io.grpc.Status;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What became of the calls of a measured window. Thread-safe. */
final class Window {
  private static final double NANOS_PER_MS = 1e6;
  // every so many answers one is read
  private static final int LOOK_AT = 64;

  private final Samples accepted = new Samples();
  private final Samples refused = new Samples();
  private final Map<String, Long> errors = new TreeMap<>();
  private boolean open;

  /** Counts from here on. */
  synchronized void open() {
    open = true;
  }

  /** Counts no more. */
  synchronized void close() {
    open = false;
  }

  synchronized boolean isOpen() {
    return open;
  }

  /** An answer came, while the window was open or to a call of the window. */
  void answered(byte[] answer, long nanos) {
    boolean look;
    synchronized (this) {
      accepted.add(nanos);
      look = accepted.count % LOOK_AT == 1;
    }
    if (look && !isVector(answer)) {
      failed("no vector");
    }
  }

  private static boolean isVector(byte[] answer) {
    try {
      EmbedResponse response = EmbedResponse.parseFrom(answer);
      return response.getResultsCount() == 1
          && response.getResults(0).getVector().getValuesCount() > 0;
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }

  /** The call ended without an answer. */
  void ended(Status status, long nanos) {
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      synchronized (this) {
        refused.add(nanos);
      }
    } else {
      failed(status.getCode().name());
    }
  }

  private synchronized void failed(String reason) {
    errors.merge(reason, 1L, Long::sum);
  }

  /**
   * @param seconds how long the window was open
   */
  synchronized JsonLine line(double seconds) {
    return new JsonLine()
        .put("seconds", seconds)
        .put("images", accepted.count)
        .put("images_per_s", accepted.count / seconds)
        .put("p50_ms", accepted.percentile(50))
        .put("p95_ms", accepted.percentile(95))
        .put("p99_ms", accepted.percentile(99))
        .put("max_ms", accepted.percentile(100))
        .put("refused", refused.count)
        .put("refusal_p99_ms", refused.percentile(99))
        .put("errors", errors);
  }

  /** Nanoseconds. */
  private static final class Samples {
    private long[] values = new long[1 << 12];
    private int count;

    void add(long nanos) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = nanos;
    }

    /** Milliseconds, the nearest rank; NaN without samples. */
    double percentile(int percent) {
      if (count == 0) {
        return Double.NaN;
      }
      long[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      int rank = (int) Math.ceil(percent / 100.0 * count);
      return sorted[Math.max(rank, 1) - 1] / NANOS_PER_MS;
    }
  }
}
