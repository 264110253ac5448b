package dev.parallax.embedding.access;

import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.embedding.monitor.ServingMonitor.Refusal;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides over every call, whatever door it comes in by: who it is, whether it may, and how many
 * images. Thread-safe; never blocks.
 */
public final class Access {
  private final List<Authority> authorities;
  private final RateLimits rates;
  private final ServingMonitor monitor;

  /**
   * @param authorities for tokens, in the order in which they are asked; none: no token is needed
   * @param rate for callers without one of their own; empty: no limit
   * @param remembered callers whose images are counted, 1 or more
   */
  public Access(
      List<Authority> authorities, Optional<Rate> rate, int remembered, ServingMonitor monitor) {
    this(authorities, rate, remembered, monitor, System::nanoTime);
  }

  Access(
      List<Authority> authorities,
      Optional<Rate> rate,
      int remembered,
      ServingMonitor monitor,
      LongSupplier nanoTime) {
    this.authorities = List.copyOf(authorities);
    this.rates = new RateLimits(rate, remembered, nanoTime);
    this.monitor = monitor;
  }

  /** Authority for one token that has every role, 16 characters or more. */
  public static Authority singleToken(String token) {
    return NamedTokens.single(token);
  }

  /**
   * Lets a call in.
   *
   * @param method full name as {@link MethodRoles} has it
   * @throws RequestException UNAUTHENTICATED, PERMISSION_DENIED, or UNAVAILABLE while the keys of
   *     an issuer are not there
   */
  public Caller admit(Credentials credentials, String method) {
    String unnamed = credentials.certificate().orElse(credentials.address());
    Optional<Role> needed = MethodRoles.needed(method);
    if (needed.isEmpty() || authorities.isEmpty()) {
      return Caller.anonymous(unnamed);
    }
    Caller caller = authenticated(credentials);
    if (!caller.may(needed.get())) {
      monitor.refused(Refusal.FORBIDDEN);
      monitor.refusedCaller(caller.label());
      throw RequestException.of(
          Kind.PERMISSION_DENIED,
          "%s may not call %s; it needs the role %s"
              .formatted(caller.name(), method, needed.get().label()));
    }
    return caller;
  }

  private Caller authenticated(Credentials credentials) {
    try {
      Optional<String> token = credentials.token();
      if (token.isPresent()) {
        for (Authority authority : authorities) {
          Optional<Caller> caller = authority.callerOf(token.get());
          if (caller.isPresent()) {
            return caller.get();
          }
        }
      }
      throw NamedTokens.refusal();
    } catch (RequestException e) {
      monitor.refused(Refusal.UNAUTHENTICATED);
      throw e;
    }
  }

  /**
   * Counts images that a caller wants to have embedded.
   *
   * @throws RequestException RESOURCE_EXHAUSTED with the time after which there is room for them
   */
  public void charge(Caller caller, int images) {
    Duration wait = rates.tryTake(caller, images);
    if (wait.isPositive()) {
      monitor.refused(Refusal.RATE_LIMIT);
      monitor.refusedCaller(caller.label());
      throw RequestException.retryable(
          Kind.RESOURCE_EXHAUSTED,
          "%s has asked for more images than its rate allows; the call has %d"
              .formatted(caller.name(), images),
          wait);
    }
  }

  /**
   * Counts images of a stream, which is slowed rather than refused.
   *
   * @return how long to read no more from it
   */
  public Duration pace(Caller caller, int images) {
    return rates.take(caller, images);
  }
}
