package dev.parallax.embedding.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What an {@link EmbeddingClient} is made of; everything but the target has a default. */
public final class EmbeddingClientBuilder {
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:[a-z]+:/{0,3})?(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(?::\\d+)?");
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  // a call that does not fit cannot be attempted again, and the service takes 16 MiB
  private static final long CALL_BUFFER_BYTES = 17 << 20;
  private static final long BUFFER_BYTES = 256 << 20;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

  private String target;
  private Optional<String> token = Optional.empty();
  private Optional<Tls> tls = Optional.empty();
  private Duration deadline = Duration.ofSeconds(30);
  private Attempts attempts = Attempts.standard();
  private BulkSettings bulk = BulkSettings.standard();
  private boolean waitForReady;
  private final List<ClientInterceptor> interceptors = new ArrayList<>();

  EmbeddingClientBuilder() {}

  /**
   * Where the service is: {@code dns:///embedding:8001} for every address of that name, or {@code
   * 127.0.0.1:8001}.
   */
  public EmbeddingClientBuilder target(String name) {
    this.target = requireNonNull(name, "target is null");
    return this;
  }

  /** Bearer token to present; needs {@link #tls} unless the service is on this machine. */
  public EmbeddingClientBuilder token(String value) {
    this.token = Optional.of(value);
    return this;
  }

  /** Encrypts the connections; without it they are in the clear. */
  public EmbeddingClientBuilder tls(Tls settings) {
    this.tls = Optional.of(settings);
    return this;
  }

  /** Time for a call with all of its attempts; default 30 seconds. Streams have none. */
  public EmbeddingClientBuilder deadline(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("deadline is " + time + "; allowed: more than 0");
    }
    this.deadline = time;
    return this;
  }

  /** How often a call is made; default {@link Attempts#standard}. */
  public EmbeddingClientBuilder attempts(Attempts policy) {
    this.attempts = requireNonNull(policy, "policy is null");
    return this;
  }

  /** How streams work; default {@link BulkSettings#standard}. */
  public EmbeddingClientBuilder bulk(BulkSettings settings) {
    this.bulk = requireNonNull(settings, "settings is null");
    return this;
  }

  /** Calls wait, up to their deadline, for an instance that can be reached; default: they fail. */
  public EmbeddingClientBuilder waitForReady(boolean wait) {
    this.waitForReady = wait;
    return this;
  }

  /** Sees every call, for tracing or metrics. */
  public EmbeddingClientBuilder intercept(ClientInterceptor interceptor) {
    interceptors.add(requireNonNull(interceptor, "interceptor is null"));
    return this;
  }

  /**
   * Opens no connection yet; that nobody listens shows at the first call.
   *
   * @throws IllegalArgumentException without a target, with a token that would travel in the clear
   *     to another machine, or with certificates that cannot be read
   */
  public EmbeddingClient build() {
    if (target == null) {
      throw new IllegalArgumentException(
          "target is missing; give it like dns:///embedding.example.com:8001");
    }
    if (token.isPresent() && tls.isEmpty() && !LOOPBACK.matcher(target).matches()) {
      throw new IllegalArgumentException(
          "the token would travel readable to " + target + "; set tls, or leave the token out");
    }
    ChannelCredentials credentials =
        tls.map(Tls::credentials).orElseGet(InsecureChannelCredentials::create);
    NettyChannelBuilder channel =
        NettyChannelBuilder.forTarget(target, credentials)
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .perRpcBufferLimit(CALL_BUFFER_BYTES)
            .retryBufferSize(BUFFER_BYTES)
            .maxRetryAttempts(5)
            .maxHedgedAttempts(5)
            .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
            .enableRetry()
            .defaultServiceConfig(Attempts.serviceConfig(attempts, waitForReady))
            .intercept(interceptors);
    token.ifPresent(
        value -> channel.intercept(MetadataUtils.newAttachHeadersInterceptor(bearer(value))));
    return new EmbeddingClient(channel.build(), deadline, bulk);
  }

  private static Metadata bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return headers;
  }
}
