package dev.parallax.embedding.access;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;

/**
 * Who makes a call.
 *
 * @param name whose images are counted together: the name of a token, the subject of a JWT or of a
 *     client certificate, or an address
 * @param label what metrics show in place of the name: one of a few that the operator chose
 * @param roles what it may do
 * @param rate of its own; empty: the common one
 */
public record Caller(String name, String label, Set<Role> roles, Optional<Rate> rate) {
  static final Set<Role> ALL = Set.of(Role.values());
  private static final String OTHER = "other";
  private static final int MAX_NAME = 200;

  public Caller {
    requireNonNull(name, "name is null");
    name = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    roles = Set.copyOf(roles);
  }

  /** One that showed no token, where none is asked for. */
  static Caller anonymous(String name) {
    return new Caller(name, OTHER, ALL, Optional.empty());
  }

  boolean may(Role role) {
    return roles.contains(role) || roles.contains(Role.ADMIN);
  }
}
