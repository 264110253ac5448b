package dev.parallax.images;

import java.util.Optional;

/**
 * Whether JPEG files go to the system's libjpeg-turbo: where it is found and the setting {@value
 * #PROPERTY} (or the environment variable {@value #VARIABLE}, which the processes that a service
 * starts inherit) is not {@code jdk}. Pixels of undamaged files are the same with it and without.
 */
final class SystemJpeg {
  static final String PROPERTY = "parallax.jpeg";
  static final String VARIABLE = "PARALLAX_JPEG";

  private static final Optional<TurboJpeg> FOUND = TurboJpeg.find(TurboJpeg.LIBRARY);

  private SystemJpeg() {}

  /**
   * @throws IllegalArgumentException when the setting is none
   */
  static Optional<TurboJpeg> allowed() {
    String property = System.getProperty(PROPERTY);
    return allowed(property == null ? System.getenv(VARIABLE) : property);
  }

  /**
   * @param setting {@code auto}, {@code jdk}, or null or blank for {@code auto}
   */
  static Optional<TurboJpeg> allowed(String setting) {
    if (setting == null || setting.isBlank()) {
      return FOUND;
    }
    return switch (setting) {
      case "auto" -> FOUND;
      case "jdk" -> Optional.empty();
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " (" + VARIABLE + ") is " + setting + "; allowed: auto, jdk");
    };
  }

  /** One line for logs. */
  static String description(Optional<TurboJpeg> library) {
    return library
        .map(found -> "JPEG: libjpeg-turbo %d (%s)".formatted(found.version(), TurboJpeg.LIBRARY))
        .orElse("JPEG: the JDK's");
  }
}
