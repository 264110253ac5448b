package dev.parallax.embedding.provider;

/** What happens when a provider that should compute does not work on this machine. */
public enum Fallback {
  /** The next one computes. */
  ALLOWED,
  /** The service does not start. */
  REFUSED;

  /**
   * @throws IllegalArgumentException one line
   */
  public static Fallback parse(String word) {
    return switch (word.strip()) {
      case "allowed" -> ALLOWED;
      case "refused" -> REFUSED;
      default ->
          throw new IllegalArgumentException(
              "fallback is \"" + word + "\"; allowed: allowed, refused");
    };
  }
}
