package dev.parallax.embedding.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a repository lies in S3.
 *
 * @param prefix of its keys; empty, or with a slash at the end
 */
public record S3Location(String bucket, String prefix) {
  private static final String SCHEME = "s3://";
  private static final Pattern URI =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\\x21-\\x7e]{0,512}))?");

  /** Whether the text is meant to be such a place. */
  public static boolean isMeant(String repository) {
    return repository.startsWith(SCHEME);
  }

  /**
   * @throws IllegalArgumentException one line, when it is none
   */
  public static S3Location parse(String repository) {
    Matcher uri = URI.matcher(repository);
    if (!uri.matches()) {
      throw new IllegalArgumentException(
          "repository is \"" + repository + "\"; allowed: a directory or s3://bucket/prefix");
    }
    String prefix = uri.group(2) == null ? "" : uri.group(2);
    return new S3Location(
        uri.group(1), prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + prefix;
  }
}
