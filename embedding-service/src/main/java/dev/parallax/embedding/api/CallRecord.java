package dev.parallax.embedding.api;

import io.grpc.Context;

/** What the access log tells of one call; written while it lasts. Thread-safe. */
public final class CallRecord {
  /** That of the call that this thread serves. */
  static final Context.Key<CallRecord> CURRENT = Context.key("parallax-call-record");

  private static final int MAX_NAME = 80;

  private final String method;
  private final long started = System.nanoTime();
  private String client;
  private String model = "-";
  private long images;
  private long bytes;

  /**
   * @param method what is called
   * @param client whose call it is, as far as is known
   */
  public CallRecord(String method, String client) {
    this.method = method;
    this.client = printable(client);
  }

  /** Who calls, once it is known. */
  public synchronized void client(String name) {
    client = printable(name);
  }

  void received(Object message) {
    arrived(MessageFacts.bytes(message));
    asked(MessageFacts.of(message));
  }

  /**
   * A message came, whatever is in it.
   *
   * @param size bytes
   */
  public synchronized void arrived(long size) {
    bytes += size;
  }

  /** What a message asks for. */
  public synchronized void asked(MessageFacts message) {
    images += message.images();
    named(message);
  }

  /** The answer names the version that was taken. */
  public synchronized void sent(MessageFacts answer) {
    named(answer);
  }

  private void named(MessageFacts facts) {
    if (!facts.model().isEmpty()) {
      model = printable(facts.model()) + "/" + (facts.version() == 0 ? "newest" : facts.version());
    }
  }

  /** Immutable, at the end of the call. */
  synchronized Entry entry(String status) {
    double millis = Math.round((System.nanoTime() - started) / 1e5) / 10.0;
    return new Entry(client, method, model, images, bytes, status, millis);
  }

  /**
   * One call that has ended.
   *
   * @param bytes of the messages received
   * @param millis from its headers to its end, to a tenth
   */
  record Entry(
      String client,
      String method,
      String model,
      long images,
      long bytes,
      String status,
      double millis) {
    String line() {
      return "client=%s method=%s model=%s images=%d bytes=%d status=%s ms=%s"
          .formatted(client, method, model, images, bytes, status, millis);
    }
  }

  /** What callers made up must not look like another line. */
  private static String printable(String text) {
    String safe = text.replaceAll("[^\\x21-\\x7e]|[\"=\\\\]", "_");
    return safe.length() <= MAX_NAME ? safe : safe.substring(0, MAX_NAME) + "…";
  }
}
