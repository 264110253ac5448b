package dev.parallax.embedding.api.inference;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelCatalog;
import dev.parallax.embedding.model.ModelLease;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.model.ModelSignature;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.platform.errors.RequestException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Infer calls, however they come in. Answers are made of raw contents; nothing here blocks the
 * thread that calls. Thread-safe.
 */
public final class Inference {
  private final Embedder embedder;
  private final ModelCatalog catalog;
  private final Executor workers;

  /**
   * @param workers for work that is too long for an event loop
   */
  public Inference(Embedder embedder, ModelCatalog catalog, Executor workers) {
    this.embedder = requireNonNull(embedder, "embedder is null");
    this.catalog = requireNonNull(catalog, "catalog is null");
    this.workers = requireNonNull(workers, "workers is null");
  }

  /** Images that a request says it has, for limits that are checked before it is read. */
  public int images(ModelInferRequest request) {
    return InferInputs.count(request, embedder.maxImages());
  }

  /** Images of one request. */
  public int maxImages() {
    return embedder.maxImages();
  }

  /**
   * @param life of the call; the request's timeout, when it has one, ends it sooner
   * @return fails with {@link RequestException} as {@link Embedder#embed} does, and with
   *     INVALID_ARGUMENT for an image that cannot be read
   */
  public CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request, CallLife life, WhenFull whenFull) {
    InferParameters parameters;
    ModelQuery model;
    try {
      parameters = InferParameters.of(request.getParametersMap());
      model =
          ModelNames.query(
              "model_name", request.getModelName(), "model_version", request.getModelVersion());
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
    return parameters
        .timeout()
        .map(
            timeout ->
                within(
                    timeout, life, limited -> infer(request, model, parameters, limited, whenFull)))
        .orElseGet(() -> infer(request, model, parameters, life, whenFull));
  }

  private static <T> CompletableFuture<T> within(
      Duration timeout, CallLife life, Function<CallLife, CompletableFuture<T>> work) {
    CallLife limited = life.limitedTo(timeout);
    Runnable detach = life.onCancel(limited::cancel);
    CompletableFuture<Void> alarm =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS);
    var _ = alarm.thenRun(limited::cancel);
    return work.apply(limited)
        .whenComplete(
            (answer, failure) -> {
              detach.run();
              alarm.cancel(false);
            });
  }

  private CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request,
      ModelQuery model,
      InferParameters parameters,
      CallLife life,
      WhenFull whenFull) {
    CompletableFuture<ModelLease> lease = catalog.lease(model);
    Function<ModelLease, CompletableFuture<ModelInferResponse>> work =
        leased -> infer(request, model, leased, parameters, life, whenFull);
    // typed contents are copied element by element
    return request.getRawInputContentsCount() > 0
        ? lease.thenCompose(work)
        : lease.thenComposeAsync(work, workers);
  }

  private CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request,
      ModelQuery model,
      ModelLease lease,
      InferParameters parameters,
      CallLife life,
      WhenFull whenFull) {
    List<RequestedOutput> outputs;
    EmbedCall call;
    try {
      ModelSignature signature = lease.model().signature();
      outputs = RequestedOutput.of(request.getOutputsList(), signature);
      List<ImageInput> images = InferInputs.images(request, signature, embedder.maxImages());
      call =
          new EmbedCall(
              model,
              images,
              outputs.stream().map(RequestedOutput::name).toList(),
              parameters.l2Normalize(),
              parameters.priority());
    } catch (RequestException e) {
      lease.close();
      return CompletableFuture.failedFuture(e);
    }
    return embedder
        .embed(call, lease, life, whenFull)
        .thenApply(answer -> InferAnswers.response(request.getId(), outputs, answer));
  }
}
