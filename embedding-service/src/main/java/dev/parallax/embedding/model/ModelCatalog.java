package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.names.Names;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The models that can be called. Readers see an immutable snapshot; one loader thread owns every
 * change. A version that is replaced or retired closes after the last call that holds it, so that
 * no call is ever dropped for a change of models.
 */
public final class ModelCatalog implements AutoCloseable {
  private final CatalogContents contents;
  private final ScheduledExecutorService loader;

  /**
   * @param loader single thread, owned by this catalog from now on
   */
  public ModelCatalog(CatalogContents contents, ScheduledExecutorService loader) {
    this.contents = requireNonNull(contents, "contents is null");
    this.loader = requireNonNull(loader, "loader is null");
  }

  public CatalogSnapshot snapshot() {
    return contents.snapshot();
  }

  /** Why the repository could not be read at the last look; empty when it could. */
  public Optional<String> problem() {
    return contents.problem();
  }

  /**
   * Looks at the repository, loads what is new and retires what is gone; done when all of that is
   * done.
   */
  public CompletableFuture<Void> refresh() {
    return onLoader(
        () -> {
          contents.refresh();
          return null;
        });
  }

  /**
   * A lease of the version, loading it when it is there but not open.
   *
   * @return fails with {@link RequestException}: NOT_FOUND, or FAILED_PRECONDITION for a version
   *     that must not serve
   */
  public CompletableFuture<ModelLease> lease(ModelQuery query) {
    try {
      OptionalLong version = contents.resolve(query);
      if (version.isEmpty()) {
        return onLoader(() -> contents.demand(query));
      }
      return contents
          .tryLease(query.model(), version.getAsLong())
          .map(CompletableFuture::completedFuture)
          .orElseGet(() -> onLoader(() -> contents.demand(query.model(), version.getAsLong())));
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * As {@link #lease(ModelQuery)}, of a name and a number.
   *
   * @param model a name, or {@code name@alias}
   * @param version 0: what takes the traffic
   * @return fails with INVALID_ARGUMENT, too
   */
  public CompletableFuture<ModelLease> lease(String model, long version) {
    return queried(model, version, this::lease);
  }

  /** A lease of the version if it is open now. */
  public Optional<ModelLease> leaseIfOpen(String model, long version) {
    return contents.tryLease(model, version);
  }

  /**
   * The entry of a version whatever its state; where the query names none, that of {@code stable},
   * else the newest that is ready, else the newest.
   *
   * @return fails with {@link RequestException} NOT_FOUND
   */
  public CompletableFuture<VersionEntry> describe(ModelQuery query) {
    try {
      return contents
          .entry(query)
          .map(CompletableFuture::completedFuture)
          .orElseGet(() -> onLoader(() -> contents.demandEntry(query)));
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** As {@link #describe(ModelQuery)}; fails with INVALID_ARGUMENT, too. */
  public CompletableFuture<VersionEntry> describe(String model, long version) {
    return queried(model, version, this::describe);
  }

  private static <T> CompletableFuture<T> queried(
      String model, long version, Function<ModelQuery, CompletableFuture<T>> ask) {
    ModelQuery query;
    try {
      query = ModelQuery.of(model, version);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
    return ask.apply(query);
  }

  /**
   * The aliases of a model.
   *
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, or
   *     FAILED_PRECONDITION when they cannot be read
   */
  public CompletableFuture<ModelAliases> aliases(String model) {
    return ofModel(model, () -> contents.aliases(model));
  }

  /**
   * Points an alias at a version, from the next call on.
   *
   * @return fails with {@link RequestException}: INVALID_ARGUMENT, NOT_FOUND, or
   *     FAILED_PRECONDITION when the version cannot serve
   */
  public CompletableFuture<ModelAlias> setAlias(String model, ModelAlias alias) {
    return ofModel(model, () -> contents.setAlias(model, alias));
  }

  /**
   * Takes an alias away.
   *
   * @return the others; fails with {@link RequestException} INVALID_ARGUMENT or NOT_FOUND
   */
  public CompletableFuture<ModelAliases> deleteAlias(String model, String name) {
    return ofModel(model, () -> contents.deleteAlias(model, name));
  }

  private <T> CompletableFuture<T> ofModel(String model, Supplier<T> task) {
    try {
      Names.model("model", model);
      return onLoader(task);
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Opens a model now, whatever the control mode: looks at the repository and opens the newest
   * versions of the model, also those that were unloaded or failed before.
   *
   * @return the newest version, ready; fails with {@link RequestException}: INVALID_ARGUMENT,
   *     NOT_FOUND, or FAILED_PRECONDITION when the newest version cannot serve, although an older
   *     one may
   */
  public CompletableFuture<VersionEntry> load(String model) {
    return ofModel(model, () -> contents.load(model));
  }

  /**
   * Closes every version of a model and keeps it closed until {@link #load}; where the repository
   * decides what is open, also until the files of the model change.
   *
   * @return done when the model takes no more calls; those that hold it may still run. Fails with
   *     {@link RequestException} INVALID_ARGUMENT or NOT_FOUND
   */
  public CompletableFuture<Unloading> unload(String model) {
    return ofModel(model, () -> contents.unload(model)).thenApply(open -> unloading(model, open));
  }

  private Unloading unloading(String model, List<ServedModel> open) {
    CompletableFuture<?>[] closed =
        open.stream()
            .map(
                served -> {
                  CompletableFuture<Void> done = new CompletableFuture<>();
                  served.onClose(() -> done.complete(null));
                  return done;
                })
            .toArray(CompletableFuture<?>[]::new);
    return new Unloading(
        model,
        open.stream().map(ServedModel::version).toList(),
        CompletableFuture.allOf(closed)
            .thenCompose(
                done ->
                    onLoader(
                        () -> {
                          contents.returnMemory();
                          return null;
                        })));
  }

  private <T> CompletableFuture<T> onLoader(Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, loader);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          RequestException.of(Kind.UNAVAILABLE, "the service is stopping", e));
    }
  }

  /** Retires every model; those in use close with their last call. */
  @Override
  public void close() {
    loader.execute(contents::retireAll);
    loader.shutdown();
  }
}
