package dev.parallax.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StatusesTest {
  @Test
  void invalidArgument_namesTheFieldInBadRequest() throws Exception {
    StatusRuntimeException e =
        Statuses.of(RequestException.invalid("spec.epochs", -1, "0 or more"));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getDomain()).isEqualTo(Statuses.DOMAIN);
    BadRequest.FieldViolation violation =
        status.getDetails(1).unpack(BadRequest.class).getFieldViolations(0);
    assertThat(violation.getField()).isEqualTo("spec.epochs");
    assertThat(violation.getDescription()).isEqualTo("spec.epochs is -1; allowed: 0 or more");
  }

  @Test
  void retryHint_becomesRetryInfo() throws Exception {
    StatusRuntimeException e =
        Statuses.of(
            RequestException.retryable(Kind.RESOURCE_EXHAUSTED, "full", Duration.ofMillis(2500)));
    assertThat(StatusProto.fromThrowable(e).getDetails(1).unpack(RetryInfo.class).getRetryDelay())
        .satisfies(
            delay -> {
              assertThat(delay.getSeconds()).isEqualTo(2);
              assertThat(delay.getNanos()).isEqualTo(500_000_000);
            });
    assertThat(Statuses.describe(e)).isEqualTo("full; try again in 2.50 s");
  }

  @Test
  void everyKind_hasItsCode() {
    for (Kind kind : Kind.values()) {
      assertThat(Statuses.of(RequestException.of(kind, "x")).getStatus().getCode().name())
          .isEqualTo(kind.name());
    }
  }

  @Test
  void wrappedException_isUnwrapped() {
    assertThat(
            Statuses.of(new CompletionException(RequestException.notFound("job 1")))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void unknownException_tellsOnlyAnIdentifier() {
    StatusRuntimeException e = Statuses.of(new IllegalStateException("password is hunter2"));
    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(e.getStatus().getDescription())
        .matches("internal error [0-9a-f]{8}; .*")
        .doesNotContain("hunter2");
  }

  @Test
  void describe_namesTheFieldOnceAndFitsOneLine() {
    assertThat(Statuses.describe(Statuses.of(RequestException.invalid("a.b", 1, "2"))))
        .isEqualTo("a.b is 1; allowed: 2");
    assertThat(Statuses.describe(Statuses.of(RequestException.invalidBecause("a.b", "no images"))))
        .isEqualTo("no images (a.b)");
    assertThat(Statuses.describe(Status.UNAVAILABLE.asRuntimeException()))
        .isEqualTo("the call ended with UNAVAILABLE");
  }
}
