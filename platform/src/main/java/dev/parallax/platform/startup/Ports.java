package dev.parallax.platform.startup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks whether a port can be had before a framework tries to and reports it in its own way. */
public final class Ports {
  private Ports() {}

  /**
   * @param setting name of the setting that chooses the port
   * @param port 0 is always free
   * @throws StartupException when nothing can listen there
   */
  public static void requireFree(String setting, String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      // as servers do, so that connections of a former life that are winding down do not count
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupException(
          "port "
              + port
              + " on "
              + host
              + " cannot be opened: "
              + e.getMessage()
              + "; stop the program that listens there, or choose another port with "
              + setting,
          e);
    }
  }
}
