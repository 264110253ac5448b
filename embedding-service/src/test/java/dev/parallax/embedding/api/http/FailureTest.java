package dev.parallax.embedding.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.fixtures.LoggedLines;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class FailureTest {
  @Test
  void aRefusal_saysByHttpWhatItSaysByGrpc() {
    for (RequestException refusal :
        List.of(
            RequestException.invalid("model", "a b", "a name"),
            RequestException.invalidBecause("input[3]", "the file is empty"),
            RequestException.retryable(
                Kind.RESOURCE_EXHAUSTED, "the queue is full", Duration.ofMillis(250)))) {
      Failure failure = Failure.of(new CompletionException(refusal));
      assertThat(failure.message()).isEqualTo(Statuses.describe(Statuses.of(refusal)));
      assertThat(failure.name()).isEqualTo(refusal.kind().name());
      assertThat(failure.field()).isEqualTo(refusal.field());
      assertThat(failure.retryAfter()).isEqualTo(refusal.retryAfter());
    }
  }

  @Test
  void textThatIsNoUnicode_writesNothingToTheLog() {
    try (LoggedLines log = new LoggedLines("com.google.protobuf.CodedOutputStream")) {
      Failure failure = Failure.of(RequestException.invalid("model", "\ud800x", "a name"));
      assertThat(failure.status()).isEqualTo(400);
      assertThat(ErrorFormat.OPENAI.body(failure)).isNotEmpty();
      assertThat(log.records()).isEmpty();
    }
  }
}
