package dev.parallax.embedding.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.platform.errors.RequestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tokens of which only the SHA-256 is known, one a line: {@code name sha256 roles
 * [images-per-second [burst]]}. Empty lines and those that begin with # do not count.
 */
final class NamedTokens implements Authority {
  static final NamedTokens NONE = new NamedTokens(List.of());
  static final int MAX_TOKENS = 1000;
  private static final int MIN_CHARS = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,63}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

  private record Entry(byte[] sha256, Caller caller) {}

  private final List<Entry> entries;

  private NamedTokens(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * One token with every role.
   *
   * @throws IllegalArgumentException when it is shorter than 16 characters
   */
  static NamedTokens single(String token) {
    if (token.length() < MIN_CHARS) {
      throw new IllegalArgumentException(
          "the bearer token has " + token.length() + " characters; allowed: 16 or more");
    }
    return new NamedTokens(
        List.of(
            new Entry(sha256(token), new Caller("token", "token", Caller.ALL, Optional.empty()))));
  }

  /**
   * @throws IllegalArgumentException with the number of the line that is wrong
   */
  static NamedTokens parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Entry entry = entry(i + 1, line.split("\\s+", -1));
      if (!names.add(entry.caller().name())) {
        throw wrong(i + 1, "the name " + entry.caller().name() + " is there twice");
      }
      entries.add(entry);
      if (entries.size() > MAX_TOKENS) {
        throw wrong(i + 1, "there are too many tokens; allowed: " + MAX_TOKENS);
      }
    }
    return new NamedTokens(entries);
  }

  private static Entry entry(int line, String[] words) {
    if (words.length < 3 || words.length > 5) {
      throw wrong(
          line,
          "it has "
              + words.length
              + " words; allowed: name sha256 roles [images-per-second [burst]]");
    }
    if (!NAME.matcher(words[0]).matches()) {
      throw wrong(line, "the name may have 1 to 63 of the characters A-Z a-z 0-9 . _ @ -");
    }
    if (!DIGEST.matcher(words[1]).matches()) {
      // never shown: it may be the token itself
      throw wrong(line, "the second word is no SHA-256 of a token: 64 hexadecimal digits");
    }
    Set<Role> roles = new HashSet<>();
    for (String role : words[2].split(",", -1)) {
      roles.add(
          Role.of(role)
              .orElseThrow(
                  () -> wrong(line, "the role is \"" + role + "\"; allowed: infer, admin")));
    }
    return new Entry(
        HexFormat.of().parseHex(words[1]),
        new Caller(words[0], words[0], roles, rate(line, words)));
  }

  private static Optional<Rate> rate(int line, String[] words) {
    if (words.length == 3) {
      return Optional.empty();
    }
    try {
      double images = Double.parseDouble(words[3]);
      return Optional.of(
          words.length == 4
              ? Rate.perSecond(images)
              : new Rate(images, Integer.parseInt(words[4])));
    } catch (NumberFormatException e) {
      throw wrong(line, "images-per-second or burst is no number");
    } catch (IllegalArgumentException e) {
      throw wrong(line, e.getMessage());
    }
  }

  private static IllegalArgumentException wrong(int line, String message) {
    return new IllegalArgumentException("line " + line + ": " + message);
  }

  /** Takes the same time whether and where the token is found. */
  @Override
  public Optional<Caller> callerOf(String token) {
    byte[] sha256 = sha256(token);
    Caller found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.sha256(), sha256)) {
        found = entry.caller();
      }
    }
    return Optional.ofNullable(found);
  }

  int size() {
    return entries.size();
  }

  static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** What callers without a valid token are told. */
  static RequestException refusal() {
    return RequestException.of(
        RequestException.Kind.UNAUTHENTICATED,
        "the call carries no valid token; send the header 'authorization: Bearer <token>'");
  }
}
