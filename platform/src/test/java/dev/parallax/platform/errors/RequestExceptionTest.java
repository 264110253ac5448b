package dev.parallax.platform.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestExceptionTest {
  @Test
  void invalid_namesFieldValueAndWhatIsAllowed() {
    RequestException e =
        RequestException.invalid("recipe.loss.nt_xent.temperature", -1, "0.001 to 10");
    assertThat(e).hasMessage("recipe.loss.nt_xent.temperature is -1; allowed: 0.001 to 10");
    assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    assertThat(e.field()).isEqualTo("recipe.loss.nt_xent.temperature");
  }

  @Test
  void invalid_quotesTextButNoNumbers() {
    assertThat(RequestException.invalid("a", "x y", "z")).hasMessage("a is \"x y\"; allowed: z");
    assertThat(RequestException.invalid("a", "-1.5e-3", "z"))
        .hasMessage("a is -1.5e-3; allowed: z");
    assertThat(RequestException.invalid("a", "", "z")).hasMessage("a is empty; allowed: z");
  }

  @Test
  void invalid_cutsALongValue() {
    assertThat(RequestException.invalid("model", "x".repeat(5000), "less").getMessage())
        .hasSizeLessThan(200)
        .contains("(5000 characters)");
  }

  @Test
  void message_isOneLineAndBounded() {
    assertThat(RequestException.of(Kind.UNAVAILABLE, "a\n  b\r\nc")).hasMessage("a b c");
    assertThat(RequestException.of(Kind.UNAVAILABLE, "x".repeat(9999)).getMessage()).hasSize(2000);
  }

  @Test
  void retryable_carriesItsHint() {
    assertThat(
            RequestException.retryable(Kind.RESOURCE_EXHAUSTED, "full", Duration.ofSeconds(3))
                .retryAfter())
        .contains(Duration.ofSeconds(3));
    assertThat(RequestException.notFound("job 1").retryAfter()).isEmpty();
  }
}
