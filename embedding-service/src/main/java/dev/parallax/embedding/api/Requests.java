package dev.parallax.embedding.api;

import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.EmbedCall;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.RawPixels;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** From the wire to the domain. */
final class Requests {
  private Requests() {}

  static EmbedCall call(EmbedRequest request) {
    return new EmbedCall(
        request.getModel().getModel(),
        request.getModel().getVersion(),
        request.getImagesList().stream().map(Requests::image).toList(),
        request.getOptions().getOutput(),
        request.getOptions().getL2Normalize());
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
