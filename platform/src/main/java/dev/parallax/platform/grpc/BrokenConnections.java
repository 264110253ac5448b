package dev.parallax.platform.grpc;

import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Tells of connections that break HTTP/2, or never spoke it, in one line each at DEBUG. gRPC's
 * Netty server logs a stack trace for each of them, so that a port scan, or a client without TLS,
 * fills the log.
 */
public final class BrokenConnections {
  private static final org.jboss.logging.Logger LOG =
      org.jboss.logging.Logger.getLogger(BrokenConnections.class);
  private static final int MOST_CHARACTERS = 200;

  // held here, as a logger that nobody holds may lose its filter
  private static final Logger SERVER =
      Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

  private BrokenConnections() {}

  /** From now on. */
  public static void tellBriefly() {
    SERVER.setFilter(BrokenConnections::retold);
  }

  private static boolean retold(LogRecord told) {
    if (told.getThrown() == null) {
      return true;
    }
    LOG.debugf("a connection broke: %s", line(told.getThrown()));
    return false;
  }

  /** What the peer sent may be part of the message. */
  private static String line(Throwable failure) {
    String text = failure.toString().replaceAll("\\P{Print}+", " ");
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }
}
