package dev.parallax.embedding.api;

import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.Embedder;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.RequestError;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;

/** EmbedStream: answers under the ids of their requests, as they are done. */
record EmbedExchange(Embedder embedder)
    implements StreamCall.Exchange<EmbedStreamRequest, EmbedStreamResponse> {

  @Override
  public int images(EmbedStreamRequest message) {
    return message.getRequest().getImagesCount();
  }

  @Override
  public CompletableFuture<EmbedStreamResponse> answer(EmbedStreamRequest message, CallLife life) {
    EmbedRequest request = message.getRequest();
    VectorEncoding encoding = Requests.encoding(request);
    EmbedCall call = Requests.call(request);
    return embedder
        .embed(call, life, WhenFull.WAIT)
        .thenApply(
            answer ->
                EmbedStreamResponse.newBuilder()
                    .setId(message.getId())
                    .setResponse(Answers.response(answer, encoding))
                    .build());
  }

  @Override
  public EmbedStreamResponse failure(EmbedStreamRequest message, Throwable failure) {
    StatusRuntimeException status = Statuses.of(failure);
    return EmbedStreamResponse.newBuilder()
        .setId(message.getId())
        .setError(
            RequestError.newBuilder()
                .setCode(status.getStatus().getCode().value())
                .setMessage(Statuses.describe(status)))
        .build();
  }

  @Override
  public boolean inOrder() {
    return false;
  }
}
