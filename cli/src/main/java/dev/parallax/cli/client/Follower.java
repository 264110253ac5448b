package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads a watch stream to its end, through restarts of the service. */
final class Follower {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Follower() {}

  /**
   * @param watch opens the stream; its first message is the present state
   * @param seen gets every message
   * @return the message that satisfied {@code last}
   * @throws CliException when the service goes away for a minute, was never there, or refuses the
   *     call
   */
  static <T> T follow(Peer peer, Supplier<Iterator<T>> watch, Consumer<T> seen, Predicate<T> last) {
    boolean connected = false;
    long lostAt = 0;
    while (true) {
      try {
        Iterator<T> messages = watch.get();
        while (messages.hasNext()) {
          T message = messages.next();
          connected = true;
          lostAt = 0;
          seen.accept(message);
          if (last.test(message)) {
            return message;
          }
        }
        throw CliException.failure(
            "the "
                + peer.name()
                + " at "
                + peer.target()
                + " ended the stream before the job had ended");
      } catch (StatusRuntimeException e) {
        long now = System.nanoTime();
        lostAt = lostAt == 0 ? now : lostAt;
        if (!connected
            || e.getStatus().getCode() != Status.Code.UNAVAILABLE
            || now - lostAt > PATIENCE.toNanos()) {
          throw peer.explained(e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted", e);
    }
  }
}
