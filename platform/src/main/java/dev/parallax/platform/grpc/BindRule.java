package dev.parallax.platform.grpc;

import dev.parallax.platform.startup.StartupException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Off the loopback interface a service listens only with TLS and a token. */
public final class BindRule {
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

  private BindRule() {}

  /**
   * @param host address that the server is to listen on
   * @param tls whether it has a certificate
   * @param token bearer token that it asks for
   * @throws StartupException one line that says what is missing
   */
  public static void check(String host, boolean tls, Optional<String> token) {
    if (isLoopback(host) || (tls && token.isPresent())) {
      return;
    }
    String missing = tls ? "a bearer token" : token.isPresent() ? "TLS" : "TLS and a bearer token";
    throw new StartupException(
        "listening on "
            + host
            + " needs "
            + missing
            + ", because others can reach it; configure that, or listen on 127.0.0.1");
  }

  /**
   * Whether only this machine reaches it; names other than localhost are not resolved and count as
   * reachable.
   */
  public static boolean isLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("::1")
        || name.equals("[::1]")
        || LOOPBACK.matcher(name).matches();
  }
}
