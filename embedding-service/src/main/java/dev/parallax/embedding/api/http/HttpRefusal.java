package dev.parallax.embedding.api.http;

/** What HTTP alone refuses. The message is one line: what is wrong and what is allowed. */
final class HttpRefusal extends RuntimeException {
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int REQUEST_TIMEOUT = 408;
  static final int CONTENT_TOO_LARGE = 413;
  static final int UNSUPPORTED_MEDIA_TYPE = 415;
  static final int MISDIRECTED_REQUEST = 421;
  private static final int MAX_SHOWN = 80;

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String name;

  /**
   * @param status of HTTP, 400 to 499
   * @param name of the status, in capitals
   */
  private HttpRefusal(int status, String name, String message) {
    super(message, null, false, false);
    this.status = status;
    this.name = name;
  }

  static HttpRefusal noSuchPath(String method, String path) {
    String shown = path.length() <= 120 ? path : path.substring(0, 120) + "…";
    return new HttpRefusal(
        NOT_FOUND,
        "NOT_FOUND",
        "there is no %s %s; docs/embedding.md lists what there is".formatted(method, shown));
  }

  static HttpRefusal wrongMethod(String method, String path, String allowed) {
    return new HttpRefusal(
        METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "the method of %s is %s; allowed: %s".formatted(path, method, allowed));
  }

  static HttpRefusal lateBody(double seconds) {
    return new HttpRefusal(
        REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "the body did not arrive within " + seconds + " s");
  }

  /**
   * @param size what is known of it: {@code 17000000}, {@code more than 16777216}
   */
  static HttpRefusal tooLarge(String size, int allowed) {
    return new HttpRefusal(
        CONTENT_TOO_LARGE,
        "CONTENT_TOO_LARGE",
        "the body has %s bytes; allowed: at most %d, as quarkus.grpc.server.max-inbound-message-size says"
            .formatted(size, allowed));
  }

  /**
   * @param type null: there is none
   */
  static HttpRefusal wrongType(String type) {
    return new HttpRefusal(
        UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "content-type is %s; allowed: application/json"
            .formatted(type == null ? "absent" : '"' + shown(type) + '"'));
  }

  static HttpRefusal wrongHost(String host) {
    return new HttpRefusal(
        MISDIRECTED_REQUEST,
        "MISDIRECTED_REQUEST",
        "host is \"%s\"; allowed without a token: localhost, 127.0.0.1, [::1]"
            .formatted(shown(host)));
  }

  /**
   * @param status 400 to 499
   */
  static HttpRefusal broken(int status, String why) {
    return new HttpRefusal(
        status, "BAD_REQUEST", "the request is not HTTP that is taken here: " + shown(why));
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
  }

  int status() {
    return status;
  }

  String label() {
    return name;
  }
}
