package dev.parallax.platform.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class StartupFailuresTest {
  @Test
  void startupException_isTheLineWhereverItStands() {
    assertThat(
            StartupFailures.line(
                new RuntimeException(new IllegalStateException(new StartupException("no\n key")))))
        .isEqualTo("no key");
  }

  @Test
  void takenPort_isNamed() {
    for (Throwable t :
        new Throwable[] {
          new RuntimeException(
              new IOException(
                  "Failed to bind to address /127.0.0.1:8011",
                  new BindException("Address already in use"))),
          new BindException("Port(s) already bound: 8011: Address already in use")
        }) {
      assertThat(StartupFailures.line(t)).startsWith("port 8011 cannot be opened");
    }
  }

  @Test
  void portThatIsInUse_isRefusedWithItsSetting() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
      assertThatThrownBy(() -> Ports.requireFree("a.port", "127.0.0.1", port))
          .isInstanceOf(StartupException.class)
          .hasMessageStartingWith("port " + port + " on 127.0.0.1 cannot be opened: ")
          .hasMessageEndingWith("or choose another port with a.port");
    }
    assertThatCode(() -> Ports.requireFree("a.port", "127.0.0.1", port)).doesNotThrowAnyException();
    assertThatCode(() -> Ports.requireFree("a.port", "127.0.0.1", 0)).doesNotThrowAnyException();
  }

  @Test
  void unknownFailure_isOneLineWithItsRoot() {
    assertThat(
            StartupFailures.line(
                new RuntimeException("outer", new IllegalStateException("inner\nmore"))))
        .isEqualTo(
            "cannot start: inner more (IllegalStateException; set PARALLAX_TRACE=1 for the stack trace)");
  }
}
