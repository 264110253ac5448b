package dev.parallax.embedding.api;

import dev.parallax.embedding.batching.Priority;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelAlias;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.RawPixels;
import dev.parallax.model.v1.Alias;
import dev.parallax.platform.errors.RequestException;
import java.util.List;

/** From the wire to the domain. */
final class Requests {
  private Requests() {}

  /**
   * @throws RequestException INVALID_ARGUMENT when there is no such priority
   */
  static EmbedCall call(EmbedRequest request) {
    String output = request.getOptions().getOutput();
    return new EmbedCall(
        query(request.getModel()),
        request.getImagesList().stream().map(Requests::image).toList(),
        output.isEmpty() ? List.of() : List.of(output),
        request.getOptions().getL2Normalize(),
        priority(request.getOptions().getPriority()));
  }

  private static Priority priority(int asked) {
    if (asked < 0 || asked > Priority.LOWEST) {
      throw RequestException.invalid(
          "options.priority",
          asked,
          "1 (highest) to %d, or 0 for the default".formatted(Priority.LOWEST));
    }
    return asked == 0 ? Priority.DEFAULT : new Priority(asked);
  }

  /**
   * @throws RequestException INVALID_ARGUMENT when there is no such encoding
   */
  static VectorEncoding encoding(EmbedRequest request) {
    return switch (request.getOptions().getEncoding()) {
      case VECTOR_ENCODING_UNSPECIFIED, VECTOR_ENCODING_FLOAT32 -> VectorEncoding.FLOAT32;
      case VECTOR_ENCODING_FLOAT16 -> VectorEncoding.FLOAT16;
      case VECTOR_ENCODING_INT8 -> VectorEncoding.INT8;
      case VECTOR_ENCODING_BINARY -> VectorEncoding.BINARY;
      case UNRECOGNIZED ->
          throw RequestException.invalid(
              "options.encoding",
              request.getOptions().getEncodingValue(),
              "FLOAT32 (1), FLOAT16 (2), INT8 (3) and BINARY (4)");
    };
  }

  static ModelQuery query(ModelSelector model) {
    return ModelQuery.of(
        model.getModel(), model.getVersion(), model.getAlias(), model.getRoutingKey());
  }

  static ModelAlias alias(Alias alias) {
    return new ModelAlias(alias.getName(), alias.getVersion(), alias.getTrafficPercent());
  }

  private static ImageInput image(Image image) {
    return switch (image.getContentCase()) {
      case ENCODED -> new ImageInput.Encoded(image.getEncoded());
      case PIXELS -> pixels(image.getPixels());
      case CONTENT_NOT_SET -> new ImageInput.Nothing();
    };
  }

  private static ImageInput pixels(RawPixels pixels) {
    return new ImageInput.Pixels(pixels.getWidth(), pixels.getHeight(), pixels.getRgb());
  }
}
