package dev.parallax.embedding.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.embedding.fixtures.CountingMonitor;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final String EMBED = "parallax.embedding.v1.EmbeddingService/Embed";
  private static final String LOAD = "inference.GRPCInferenceService/RepositoryModelLoad";
  private static final String READER = "reader-token-of-the-test";
  private static final String OPERATOR = "operator-token-of-the-test";

  private final AtomicLong nanos = new AtomicLong();
  @TempDir Path directory;

  @Test
  void roles_decideOverMethods_andUnknownMethodsNeedTheAdmin() throws Exception {
    Access access =
        access(
            List.of(
                new TokenFile(
                    file(line("reader", READER, "infer"), line("operator", OPERATOR, "admin")))),
            Optional.empty());
    assertThat(access.admit(bearer(READER), EMBED).name()).isEqualTo("reader");
    assertThat(access.admit(bearer(OPERATOR), EMBED).name()).isEqualTo("operator");
    assertThat(access.admit(bearer(OPERATOR), LOAD).name()).isEqualTo("operator");
    assertThat(access.admit(bearer(OPERATOR), "some.Service/NobodyKnows").name())
        .isEqualTo("operator");
    for (String method : List.of(LOAD, "some.Service/NobodyKnows")) {
      RequestException e = refusal(() -> access.admit(bearer(READER), method));
      assertThat(e.kind()).isEqualTo(Kind.PERMISSION_DENIED);
      assertThat(e)
          .hasMessageContaining("reader may not call " + method)
          .hasMessageContaining("admin");
    }
    for (Credentials wrong :
        List.of(
            bearer("another-token-of-the-test"),
            bearer(""),
            new Credentials(Optional.of("Basic abc"), Optional.empty(), "::1"),
            new Credentials(Optional.empty(), Optional.of("CN=x"), "::1"))) {
      assertThat(refusal(() -> access.admit(wrong, EMBED)).kind()).isEqualTo(Kind.UNAUTHENTICATED);
    }
    assertThat(
            access
                .admit(
                    new Credentials(Optional.empty(), Optional.empty(), "::1"),
                    "grpc.health.v1.Health/Check")
                .name())
        .isEqualTo("::1");
  }

  @Test
  void withoutTokens_everybodyMayEverything_underTheNameOfCertificateOrAddress() {
    Access access = access(List.of(), Optional.empty());
    assertThat(
            access
                .admit(new Credentials(Optional.empty(), Optional.of("CN=a"), "10.0.0.1"), LOAD)
                .name())
        .isEqualTo("CN=a");
    assertThat(
            access
                .admit(new Credentials(Optional.empty(), Optional.empty(), "10.0.0.1"), LOAD)
                .name())
        .isEqualTo("10.0.0.1");
  }

  @Test
  void aRate_refusesWithTheTimeToWait_andLetsOneCallBeLargerThanTheBurst() {
    Access access = access(List.of(), Optional.of(new Rate(10, 20)));
    Caller a = Caller.anonymous("a");
    access.charge(a, 20);
    RequestException e = refusal(() -> access.charge(a, 5));
    assertThat(e.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
    assertThat(e.retryAfter()).contains(Duration.ofMillis(500));
    access.charge(Caller.anonymous("b"), 20);
    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    access.charge(a, 5);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    access.charge(a, 100);
    assertThat(refusal(() -> access.charge(a, 1)).retryAfter()).contains(Duration.ofMillis(8100));
    assertThat(access.pace(Caller.anonymous("c"), 50)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void callersThatAreForgotten_costNoMemory() {
    RateLimits limits = new RateLimits(Optional.of(Rate.perSecond(1)), 100, nanos::get);
    for (int i = 0; i < 10_000; i++) {
      assertThat(limits.tryTake(Caller.anonymous("10.0." + i), 1)).isZero();
    }
    assertThat(limits.remembered()).isEqualTo(100);
    assertThat(limits.tryTake(Caller.anonymous("10.0.9999"), 1)).isPositive();
  }

  @Test
  void aRateOfAToken_countsInsteadOfTheCommonOne() throws Exception {
    Access access =
        access(
            List.of(new TokenFile(file(line("reader", READER, "infer 1000 5")))),
            Optional.of(Rate.perSecond(1)));
    Caller reader = access.admit(bearer(READER), EMBED);
    access.charge(reader, 5);
    assertThat(refusal(() -> access.charge(reader, 5)).retryAfter()).contains(Duration.ofMillis(5));
  }

  @Test
  void aFileThatChanges_countsAtTheNextLook_andAWrongOneChangesNothing() throws Exception {
    Path file = file(line("reader", READER, "infer"));
    TokenFile tokens = new TokenFile(file);
    assertThat(tokens.callerOf(OPERATOR)).isEmpty();
    Files.writeString(file, "# only one now\n\n" + line("operator", OPERATOR, "infer,admin"));
    tokens.refresh();
    assertThat(tokens.callerOf(OPERATOR)).isPresent();
    assertThat(tokens.callerOf(READER)).isEmpty();
    Files.writeString(file, "operator " + OPERATOR + " admin");
    tokens.refresh();
    assertThat(tokens.callerOf(OPERATOR)).isPresent();
    Files.delete(file);
    tokens.refresh();
    assertThat(tokens.callerOf(OPERATOR)).isPresent();
  }

  @Test
  void aWrongLine_isNamed_withoutTheTokenThatStandsThere() throws Exception {
    String digest = "0".repeat(64);
    assertWrong("reader " + READER + " infer", "line 1: the second word is no SHA-256");
    assertWrong(
        "\nreader " + digest + " write", "line 2: the role is \"write\"; allowed: infer, admin");
    assertWrong("reader " + digest, "line 1: it has 2 words");
    assertWrong("re/ader " + digest + " infer", "line 1: the name may have");
    assertWrong("reader " + digest + " infer -1", "images-per-second is -1");
    assertWrong("reader " + digest + " infer x", "no number");
    assertWrong(
        "a " + digest + " infer\na " + digest + " infer", "line 2: the name a is there twice");
    assertThatThrownBy(() -> new TokenFile(directory.resolve("absent")))
        .hasMessageContaining("absent cannot be read");
    assertThatThrownBy(() -> Access.singleToken("short"))
        .hasMessageContaining("allowed: 16 or more");
  }

  private void assertWrong(String content, String message) throws Exception {
    Path file = file(content);
    assertThatThrownBy(() -> new TokenFile(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain(READER);
  }

  private Access access(List<Authority> authorities, Optional<Rate> rate) {
    return new Access(authorities, rate, 100, new CountingMonitor(), nanos::get);
  }

  private static RequestException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    RequestException e = catchThrowableOfType(RequestException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.getMessage()).doesNotContain("\n");
    return e;
  }

  private static Credentials bearer(String token) {
    return new Credentials(Optional.of("Bearer " + token), Optional.empty(), "127.0.0.1");
  }

  private Path file(String... lines) throws Exception {
    return Files.write(directory.resolve("tokens"), List.of(lines));
  }

  private static String line(String name, String token, String rest) {
    return name + " " + HexFormat.of().formatHex(NamedTokens.sha256(token)) + " " + rest;
  }
}
