package dev.parallax.cli.local;

import dev.parallax.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a service listens on the loopback.
 *
 * @param grpc 1 to 65535
 * @param http health and metrics, and calls with JSON to the embedding service; 1 to 65535
 */
public record Ports(int grpc, int http) {
  public Ports {
    check("grpc", grpc);
    check("http", http);
    if (grpc == http) {
      throw new IllegalArgumentException("grpc and http are both " + grpc + "; allowed: two ports");
    }
  }

  /** Ports that nobody listens on at the moment. */
  static List<Ports> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Ports> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        held.add(listen(0));
        held.add(listen(0));
        ports.add(new Ports(held.get(2 * i).getLocalPort(), held.get(2 * i + 1).getLocalPort()));
      }
      return ports;
    } catch (IOException e) {
      throw CliException.failure("no free port was found on the loopback: " + e.getMessage(), e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  /**
   * @throws CliException when another program listens on one of the ports
   */
  void requireFree(Service service) {
    requireFree(service, grpc, service.portOption());
    requireFree(service, http, service.httpPortOption());
  }

  private static void requireFree(Service service, int port, String option) {
    try (ServerSocket socket = listen(port)) {
      socket.getLocalPort();
    } catch (IOException e) {
      throw CliException.failure(
          "port "
              + port
              + " of the "
              + service.title()
              + " is taken by another program; stop that one, or choose another port with "
              + option
              + " PORT",
          e);
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    // A port that a service has just left is free, even while old connections linger.
    socket.setReuseAddress(true);
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw CliException.failure("a port cannot be given back: " + e.getMessage(), e);
    }
  }

  private static void check(String name, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(name + " is " + port + "; allowed: 1 to 65535");
    }
  }
}
