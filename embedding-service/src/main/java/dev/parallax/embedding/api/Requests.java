package dev.parallax.embedding.api;

import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelAlias;
import dev.parallax.embedding.model.ModelQuery;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.RawPixels;
import dev.parallax.model.v1.Alias;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** From the wire to the domain. */
final class Requests {
  private Requests() {}

  static EmbedCall call(EmbedRequest request) {
    return new EmbedCall(
        query(request.getModel()),
        request.getImagesList().stream().map(Requests::image).toList(),
        request.getOptions().getOutput(),
        request.getOptions().getL2Normalize());
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

  /** The life of the call that this thread serves, with its deadline. */
  static CallLife life() {
    Deadline deadline = Context.current().getDeadline();
    return new CallLife(
        deadline == null
            ? OptionalLong.empty()
            : OptionalLong.of(System.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }
}
