package dev.parallax.embedding.serving;

/**
 * @param calls in flight at a time, 1 or more
 * @param bytes of their messages together, 1 or more; a single call always gets in
 * @param streams open at a time, 1 or more
 */
public record GateLimits(int calls, long bytes, int streams) {
  public GateLimits {
    check("calls", calls);
    check("bytes", bytes);
    check("streams", streams);
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed: 1 or more");
    }
  }
}
