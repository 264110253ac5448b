package dev.parallax.embedding.access;

import dev.parallax.platform.errors.RequestException;
import java.util.Optional;

/** Knows bearer tokens of one kind. Thread-safe; never blocks. */
public interface Authority {
  /**
   * Whose token it is.
   *
   * @return empty when it is none of this kind
   * @throws RequestException UNAUTHENTICATED when it is of this kind and not valid; UNAVAILABLE
   *     when that cannot be told yet
   */
  Optional<Caller> callerOf(String token);
}
