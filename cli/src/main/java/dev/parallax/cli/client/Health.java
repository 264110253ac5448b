package dev.parallax.cli.client;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether a service takes calls, by gRPC's health protocol. */
public enum Health {
  SERVING,
  /** It answers, and says that it is not ready. */
  NOT_SERVING,
  UNREACHABLE;

  public static Health of(Peer peer, Duration timeout) {
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(peer.channel())
              .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING ? SERVING : NOT_SERVING;
    } catch (StatusRuntimeException e) {
      return UNREACHABLE;
    }
  }

  /** As it is printed. */
  public String text() {
    return switch (this) {
      case SERVING -> "serving";
      case NOT_SERVING -> "not ready";
      case UNREACHABLE -> "unreachable";
    };
  }
}
