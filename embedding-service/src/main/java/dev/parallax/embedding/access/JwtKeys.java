package dev.parallax.embedding.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * The keys that an issuer publishes, as last fetched. Fetching happens in {@link #refresh}, away
 * from calls; what cannot be fetched leaves the former keys in place.
 */
public final class JwtKeys implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JwtKeys.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final Duration MIN_AGE = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_KEYS = 100;

  /**
   * @param generation grows with every fetch
   */
  record Fetched(long generation, List<JsonWebKey> keys) {}

  private final URI location;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(TIMEOUT).followRedirects(Redirect.NEVER).build();
  private final AtomicBoolean missed = new AtomicBoolean();
  private volatile Fetched keys = new Fetched(0, List.of());
  private long tried;
  private boolean everTried;
  private boolean failed;

  public JwtKeys(URI location) {
    this.location = location;
  }

  Fetched keys() {
    return keys;
  }

  /** A token names a key that is not here: the next refresh may come sooner. */
  void missing() {
    missed.set(true);
  }

  /** Fetches the keys if it is time to. To be called about once a second; blocks. */
  public synchronized void refresh() {
    Duration due = failed ? RETRY : missed.get() ? MIN_AGE : MAX_AGE;
    if (everTried && System.nanoTime() - tried < due.toNanos()) {
      return;
    }
    everTried = true;
    tried = System.nanoTime();
    missed.set(false);
    try {
      keys = new Fetched(keys.generation() + 1, fetch());
      failed = false;
    } catch (IOException | JoseException e) {
      if (!failed) {
        LOG.warnf(
            "the keys at %s cannot be fetched, %d from before stay: %s %s",
            location, keys.keys().size(), e.getClass().getSimpleName(), e.getMessage());
      }
      failed = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<JsonWebKey> fetch() throws IOException, InterruptedException, JoseException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(location).timeout(TIMEOUT).build(),
            BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BYTES));
    if (response.statusCode() != 200) {
      throw new IOException("the answer has status " + response.statusCode());
    }
    List<JsonWebKey> fetched = new JsonWebKeySet(response.body()).getJsonWebKeys();
    if (fetched.isEmpty() || fetched.size() > MAX_KEYS) {
      throw new IOException(
          "it has " + fetched.size() + " keys that can be used; allowed: 1 to " + MAX_KEYS);
    }
    return List.copyOf(fetched);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
