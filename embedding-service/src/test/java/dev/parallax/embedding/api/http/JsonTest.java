package dev.parallax.embedding.api.http;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTest {
  private static final String MODEL = "\"model\": \"m\", \"input\": \"AAAA\"";

  @Test
  void fields_areBoundedInNumber_whereverTheyAre() {
    for (String many :
        List.of(
            "{%s, %s}".formatted(MODEL, fields(0, 10_000)),
            "{\"user\": {%s}, %s}".formatted(fields(0, 10_000), MODEL),
            "{\"user\": [{%s}, [{%s}]], %s}"
                .formatted(fields(0, 6_000), fields(6_000, 6_000), MODEL))) {
      for (Charset charset : List.of(UTF_8, UTF_16LE)) {
        RequestException e = refusal(many, charset);
        assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
        assertThat(e)
            .hasMessage(
                "the body has more than 10000 fields; allowed: at most 10000 in all its objects together");
      }
    }
    String some = "{\"user\": [{%s}, 1, [2], \"x\"], %s}".formatted(fields(0, 9_000), MODEL);
    assertThat(read(some, UTF_8).model()).isEqualTo("m");
  }

  private static String fields(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "\"f%d\":0".formatted(i))
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model\": \"m\", \"model\": \"n\"} | model is there twice; allowed: once",
        "{\"user\": 1, \"user\": null} | user is there twice; allowed: once",
        "{\"model\": \"m\", \"input\": [ | taken here: it ends in the middle (line 1",
        "{\"input\": [} | Unexpected close marker '}': expected ']' (line 1",
        "{\"input\": NaN} | Non-standard token 'NaN' (line 1",
        "{\"user\": [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]} | it goes beyond 16 levels",
      })
  void whatIsWrong_isSaidInWordsOfOurs(String body, String message) {
    assertThat(refusal(body, UTF_8).getMessage())
        .contains(message)
        .doesNotContain("Source", "Stream", "Feature", "enable");
  }

  private static RequestException refusal(String body, Charset charset) {
    return catchThrowableOfType(RequestException.class, () -> read(body, charset));
  }

  private static EmbeddingsRequest read(String body, Charset charset) {
    byte[] bytes = body.getBytes(charset);
    return EmbeddingsRequest.read(new Body(bytes, bytes.length), 4);
  }
}
