package dev.parallax.platform.grpc;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BindRuleTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"})
  void loopback_needsNothing(String host) {
    assertThatCode(() -> BindRule.check(host, false, Optional.empty())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.org", "example.org"})
  void reachableHost_needsTlsAndToken(String host) {
    assertThatThrownBy(() -> BindRule.check(host, false, Optional.empty()))
        .hasMessageContaining(host + " needs TLS and a bearer token");
    assertThatThrownBy(() -> BindRule.check(host, true, Optional.empty()))
        .hasMessageContaining("needs a bearer token");
    assertThatThrownBy(() -> BindRule.check(host, false, Optional.of("t")))
        .hasMessageContaining("needs TLS,");
  }

  @Test
  void reachableHost_isAllowedWithBoth() {
    assertThatCode(() -> BindRule.check("0.0.0.0", true, Optional.of("t")))
        .doesNotThrowAnyException();
  }
}
