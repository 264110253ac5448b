package dev.parallax.embedding.access;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a caller may do. */
public enum Role {
  /** Embed images and read what is served. */
  INFER,
  /** Change what is served: load, unload, move aliases. Includes {@link #INFER}. */
  ADMIN;

  static Optional<Role> of(String name) {
    return Stream.of(values()).filter(role -> role.label().equals(name)).findFirst();
  }

  /** As settings and messages have it: {@code infer}, {@code admin}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
