package dev.parallax.embedding.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.embedding.model.CatalogSnapshot;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.platform.errors.RequestException;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages of models, by name, newest version first. A token names the last entry of its page, so that
 * changes between pages skip and repeat nothing.
 */
final class ModelPages {
  private static final int DEFAULT_SIZE = 50;
  private static final int MAX_SIZE = 1000;
  private static final Pattern TOKEN = Pattern.compile("([a-z0-9._-]{1,63})/([0-9]{1,18})");

  private ModelPages() {}

  /**
   * @throws RequestException INVALID_ARGUMENT for a size or a token that cannot be
   */
  static ListModelsResponse page(CatalogSnapshot models, ListModelsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_SIZE : request.getPageSize();
    if (size < 1 || size > MAX_SIZE) {
      throw RequestException.invalid(
          "page_size", size, "1 to " + MAX_SIZE + ", or 0 for " + DEFAULT_SIZE);
    }
    List<VersionEntry> rest =
        models.entries().filter(after(request.getPageToken())).limit(size + 1L).toList();
    ListModelsResponse.Builder page = ListModelsResponse.newBuilder();
    rest.stream().limit(size).map(Answers::model).forEach(page::addModels);
    if (rest.size() > size) {
      page.setNextPageToken(token(rest.get(size - 1)));
    }
    return page.build();
  }

  private static String token(VersionEntry last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((last.model() + "/" + last.version()).getBytes(UTF_8));
  }

  private static Predicate<VersionEntry> after(String token) {
    if (token.isEmpty()) {
      return entry -> true;
    }
    Matcher last = TOKEN.matcher(decoded(token));
    if (!last.matches()) {
      throw unknown(token);
    }
    String model = last.group(1);
    long version = Long.parseLong(last.group(2));
    return entry -> {
      int order = entry.model().compareTo(model);
      return order > 0 || (order == 0 && entry.version() < version);
    };
  }

  private static String decoded(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), UTF_8);
    } catch (IllegalArgumentException e) {
      throw unknown(token);
    }
  }

  private static RequestException unknown(String token) {
    return RequestException.invalid(
        "page_token", token, "the next_page_token of a former answer, or empty");
  }
}
