package dev.parallax.embedding.model;

import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a version cannot be had, said so that the caller knows what to ask for instead. */
final class CatalogRefusals {
  private static final int MAX_NAMES_SHOWN = 10;

  private CatalogRefusals() {}

  /**
   * @param entry what is known of the version; empty: nothing
   */
  static RequestException of(
      CatalogSnapshot models, Optional<VersionEntry> entry, String model, long version) {
    return entry
        .map(
            known ->
                switch (known.state()) {
                  case Failed(String reason) ->
                      RequestException.of(
                          Kind.FAILED_PRECONDITION,
                          "model %s/%d cannot serve: %s".formatted(model, known.version(), reason));
                  case Unloaded() ->
                      RequestException.of(
                          Kind.FAILED_PRECONDITION,
                          "model %s/%d is not loaded; load model %s to call it"
                              .formatted(model, known.version(), model));
                  case Loading(), Available(), Ready(_) -> absent(models, model, version);
                })
        .orElseGet(() -> absent(models, model, version));
  }

  static RequestException absent(CatalogSnapshot models, String model, long version) {
    if (models.versions(model).isEmpty()) {
      return RequestException.notFound(
          "model %s in the repository; there %s"
              .formatted(model, shown(List.copyOf(models.models()))));
    }
    return RequestException.notFound(
        "version %d of model %s; there %s"
            .formatted(
                version,
                model,
                shown(
                    models.versions(model).stream()
                        .map(entry -> Long.toString(entry.version()))
                        .toList())));
  }

  static RequestException absentAlias(
      CatalogSnapshot models, ModelAliases aliases, ModelQuery query) {
    if (models.versions(query.model()).isEmpty()
        || !(query.version() instanceof VersionChoice.Aliased(String alias))) {
      return absent(models, query.model(), 0);
    }
    return RequestException.notFound(
        "alias %s of model %s; there %s"
            .formatted(
                alias,
                query.model(),
                shown(aliases.all().stream().map(ModelAlias::name).toList())));
  }

  private static String shown(List<String> names) {
    if (names.isEmpty()) {
      return "are none";
    }
    return (names.size() == 1 ? "is " : "are ")
        + names.stream().limit(MAX_NAMES_SHOWN).collect(Collectors.joining(", "))
        + (names.size() > MAX_NAMES_SHOWN
            ? " and " + (names.size() - MAX_NAMES_SHOWN) + " more"
            : "");
  }
}
