package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a service listens.
 *
 * @param host name or address; an IPv6 address stands in brackets
 * @param port 1 to 65535
 */
public record Target(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

  public Target {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port is " + port + "; allowed: 1 to 65535");
    }
  }

  /** The port on this machine. */
  public static Target local(int port) {
    return new Target("127.0.0.1", port);
  }

  /**
   * @param option what the user wrote it behind
   * @param text HOST:PORT
   */
  public static Target parse(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw CliException.usage(option, text, "HOST:PORT, as in 127.0.0.1:8001");
    }
    try {
      return new Target(matcher.group(1), Integer.parseInt(matcher.group(2)));
    } catch (IllegalArgumentException e) {
      throw CliException.usage(option, text, "a port of 1 to 65535");
    }
  }

  /** Whether calls stay on this machine. */
  public boolean loopback() {
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
