package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.api.StreamCall;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelStreamInferResponse;
import dev.parallax.platform.grpc.Statuses;
import java.util.concurrent.CompletableFuture;

/** ModelStreamInfer: answers in the order of the requests, for clients that set no ids. */
record InferExchange(Inference inference)
    implements StreamCall.Exchange<ModelInferRequest, ModelStreamInferResponse> {

  @Override
  public int images(ModelInferRequest message) {
    return inference.images(message);
  }

  @Override
  public CompletableFuture<ModelStreamInferResponse> answer(
      ModelInferRequest message, CallLife life) {
    return inference
        .infer(message, life, WhenFull.WAIT)
        .thenApply(
            answer -> ModelStreamInferResponse.newBuilder().setInferResponse(answer).build());
  }

  @Override
  public ModelStreamInferResponse failure(ModelInferRequest message, Throwable failure) {
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(Statuses.describe(Statuses.of(failure)))
        .setInferResponse(ModelInferResponse.newBuilder().setId(message.getId()))
        .build();
  }

  @Override
  public boolean inOrder() {
    return true;
  }
}
