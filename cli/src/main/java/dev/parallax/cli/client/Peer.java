package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An open connection to one service.
 *
 * @param name what people call it: trainer, embedding service, eval service
 * @param option the option that says where it is
 */
public record Peer(String name, String option, Target target, ManagedChannel channel)
    implements AutoCloseable {

  /**
   * @throws CliException in place of the status that the call ended with
   */
  public <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw explained(e);
    }
  }

  /** As {@link #call}, empty when the service has no such thing. */
  public <T> Optional<T> find(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw explained(e);
    }
  }

  public CliException explained(StatusRuntimeException e) {
    return Failures.explained(e, this);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
