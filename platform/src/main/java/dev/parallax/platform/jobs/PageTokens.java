package dev.parallax.platform.jobs;

import dev.parallax.platform.errors.RequestException;

/** Tokens that continue a listing: the sequence of the last job shown, in base 36. */
final class PageTokens {
  private PageTokens() {}

  static String encode(long lastSequence) {
    return Long.toString(lastSequence, Character.MAX_RADIX);
  }

  /** The sequence below which the page begins; the empty token is the first page. */
  static long decode(String token) {
    if (token.isEmpty()) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(token, Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      throw RequestException.invalid(
          "page_token", token, "empty, or the next_page_token of the page before");
    }
  }
}
