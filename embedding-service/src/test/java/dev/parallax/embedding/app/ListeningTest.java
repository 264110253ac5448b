package dev.parallax.embedding.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.startup.StartupException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ListeningTest {
  @Test
  void callsByHttp_areTakenOnTheLoopback_unlessItIsSaid() {
    assertThat(Listening.takesCallsByHttp(Optional.empty(), "127.0.0.1")).isTrue();
    assertThat(Listening.takesCallsByHttp(Optional.empty(), "0.0.0.0")).isFalse();
    assertThat(Listening.takesCallsByHttp(Optional.of("false"), "127.0.0.1")).isFalse();
    assertThat(Listening.takesCallsByHttp(Optional.of("true"), "0.0.0.0")).isTrue();
  }

  @Test
  void anotherWord_endsTheStart() {
    assertThatThrownBy(() -> Listening.takesCallsByHttp(Optional.of("maybe"), "127.0.0.1"))
        .isInstanceOf(StartupException.class)
        .hasMessage("parallax.embedding.http-api is \"maybe\"; allowed: true, false");
  }
}
