package dev.parallax.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Data as users name it, made to mean the same to a service that runs in another directory. */
public final class DataUris {
  private static final Pattern SCHEME = Pattern.compile("(folder|zip|cifar10|cifar100|idx):(.*)");
  private static final int MAX_SLUG = 40;

  private DataUris() {}

  /** The URI with its path made absolute. */
  public static String absolute(String option, String uri, Path workingDirectory) {
    if (uri.isBlank()) {
      throw CliException.usage(
          option, "empty", "a folder of images, a .zip of one, CIFAR or IDX files, or synthetic:");
    }
    if (builtIn(uri)) {
      return uri;
    }
    Matcher matcher = SCHEME.matcher(uri);
    String prefix = matcher.matches() ? matcher.group(1) + ":" : "";
    try {
      return prefix + workingDirectory.resolve(Path.of(uri.substring(prefix.length()))).normalize();
    } catch (InvalidPathException e) {
      throw CliException.usage(option, uri, "a path that this system can have");
    }
  }

  public static boolean builtIn(String uri) {
    return uri.startsWith("synthetic:");
  }

  /** A name for a model that was trained on it: {@code simclr-train-part1}. */
  public static String modelName(String method, String uri) {
    String path = uri.replaceFirst("^[a-z0-9]+:", "").replaceAll("[/\\\\]+$", "");
    String last = builtIn(uri) ? "synthetic" : path.replaceFirst("^.*[/\\\\]", "");
    String slug =
        last.toLowerCase(Locale.ROOT)
            .replaceFirst("(\\.(zip|bin|gz|tar))+$", "")
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-+|-+$", "");
    String family = method.replaceFirst("-(small|cifar|imagenet)$", "");
    return slug.isEmpty()
        ? family
        : family + "-" + slug.substring(0, Math.min(MAX_SLUG, slug.length())).replaceAll("-$", "");
  }
}
