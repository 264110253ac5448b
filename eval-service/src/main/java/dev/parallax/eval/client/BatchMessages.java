package dev.parallax.eval.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.embedding.v1.EmbedOptions;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.RawPixels;
import dev.parallax.eval.features.Embedder;
import dev.parallax.eval.features.ImageBatch;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Item;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;

/** Batches as messages and answers as embeddings. */
final class BatchMessages {
  private BatchMessages() {}

  static EmbedRequest request(ServedModel model, ImageBatch batch) {
    EmbedRequest.Builder request =
        EmbedRequest.newBuilder()
            .setModel(ModelSelector.newBuilder().setModel(model.name()).setVersion(model.version()))
            .setOptions(EmbedOptions.newBuilder().setOutput(model.output()));
    batch.items().forEach(item -> request.addImages(image(item)));
    return request.build();
  }

  private static Image image(Item item) {
    // the arrays belong to the batch, which nobody modifies
    return switch (item) {
      case Item.Encoded(byte[] file) ->
          Image.newBuilder().setEncoded(UnsafeByteOperations.unsafeWrap(file)).build();
      case Item.Pixels(RgbImage pixels) ->
          Image.newBuilder()
              .setPixels(
                  RawPixels.newBuilder()
                      .setWidth(pixels.width())
                      .setHeight(pixels.height())
                      .setRgb(UnsafeByteOperations.unsafeWrap(pixels.rgb())))
              .build();
    };
  }

  /**
   * Tells every image of the batch to the sink.
   *
   * @throws RequestException when the answer is of another model or does not fit the batch
   */
  static void deliver(
      ServedModel model, ImageBatch batch, EmbedResponse response, Embedder.Sink sink) {
    ModelSelector answered = response.getModel();
    if (!answered.getModel().equals(model.name()) || answered.getVersion() != model.version()) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the embedding service answered with %s/%d where %s was asked; versions are never mixed in one measurement"
              .formatted(answered.getModel(), answered.getVersion(), model));
    }
    if (response.getResultsCount() != batch.items().size()) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the embedding service returned %d results for %d images"
              .formatted(response.getResultsCount(), batch.items().size()));
    }
    for (int i = 0; i < batch.positions().length; i++) {
      deliver(batch.positions()[i], response.getResults(i), sink);
    }
  }

  private static void deliver(int position, EmbedResult result, Embedder.Sink sink) {
    switch (result.getOutcomeCase()) {
      case VECTOR -> {
        float[] values = new float[result.getVector().getValuesCount()];
        for (int d = 0; d < values.length; d++) {
          values[d] = result.getVector().getValues(d);
        }
        sink.embedded(position, values);
      }
      case ERROR -> sink.rejected(position, result.getError().getMessage());
      case OUTCOME_NOT_SET -> sink.rejected(position, "the embedding service returned nothing");
    }
  }
}
