package dev.parallax.platform.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.errors.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "simclr-r18", "0.1_x", "a.b"})
  void model_acceptsNames(String name) {
    assertThat(Names.model("model", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..b",
        "../a",
        "a/b",
        "A",
        ".staging",
        "-a",
        "a b",
        "a\n",
        "a\u0000",
        "ä"
      })
  void model_refusesWhatCouldLeaveTheRepository(String name) {
    assertThatThrownBy(() -> Names.model("spec.model", name))
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith("spec.model is ")
        .hasMessageContaining("allowed: 1 to 63 of a-z");
  }

  @Test
  void model_refusesLongNames() {
    assertThat(Names.isModel("a".repeat(63))).isTrue();
    assertThat(Names.isModel("a".repeat(64))).isFalse();
  }

  @Test
  void requestId_mayBeEmptyButNotLong() {
    assertThat(Names.requestId("request_id", "")).isEmpty();
    assertThatThrownBy(() -> Names.requestId("request_id", "x".repeat(65)))
        .hasMessageContaining("at most 64");
  }
}
