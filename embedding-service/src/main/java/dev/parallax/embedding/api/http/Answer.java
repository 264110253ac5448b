package dev.parallax.embedding.api.http;

/**
 * What goes out when nothing failed.
 *
 * @param status of HTTP
 * @param json UTF-8
 */
record Answer(int status, byte[] json) {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  static Answer ok(byte[] json) {
    return new Answer(OK, json);
  }

  /** For those who look only at the status. */
  static Answer whether(boolean ready, byte[] json) {
    return new Answer(ready ? OK : UNAVAILABLE, json);
  }
}
