package dev.parallax.embedding.api;

import com.google.protobuf.MessageLite;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.Timings;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelStreamInferResponse;
import java.util.List;
import java.util.Optional;

/**
 * What accounts, the access log and traces need of a message.
 *
 * @param model as the message names it; empty where it names none
 * @param version 0: the newest
 * @param images in a request, 0 or more
 * @param timings of an answer
 */
public record MessageFacts(String model, long version, int images, Optional<Timings> timings) {
  private static final MessageFacts NONE = new MessageFacts("", 0, 0, Optional.empty());

  /**
   * @param message of a call by gRPC or of another kind; null for one that does not parse
   */
  public static MessageFacts of(Object message) {
    return switch (message) {
      case EmbedRequest request -> request(request.getModel(), request.getImagesCount());
      case EmbedStreamRequest request ->
          request(request.getRequest().getModel(), request.getRequest().getImagesCount());
      case GetModelRequest request -> request(request.getModel(), 0);
      case ModelInferRequest request ->
          infer(
              request.getModelName(),
              request.getModelVersion(),
              request.getInputsCount() == 0 ? List.of() : request.getInputs(0).getShapeList());
      case ModelInferResponse response ->
          infer(
              response.getModelName(),
              response.getModelVersion(),
              response.getOutputsCount() == 0 ? List.of() : response.getOutputs(0).getShapeList());
      case ModelStreamInferResponse response when response.getErrorMessage().isEmpty() ->
          of(response.getInferResponse());
      case EmbedResponse response -> answer(response);
      case EmbedStreamResponse response when response.hasResponse() ->
          answer(response.getResponse());
      case null, default -> NONE;
    };
  }

  /** Of a request that has no message. */
  public static MessageFacts request(String model, int images) {
    return new MessageFacts(model, 0, images, Optional.empty());
  }

  /** Of an answer that has no message. */
  public static MessageFacts answer(EmbedAnswer answer) {
    return new MessageFacts(
        answer.model(),
        answer.version(),
        answer.outcomes().size(),
        Optional.of(Answers.timings(answer.times())));
  }

  private static MessageFacts request(ModelSelector model, int images) {
    return new MessageFacts(model.getModel(), model.getVersion(), images, Optional.empty());
  }

  /** The first dimension of a tensor is the batch, as far as a caller says the truth. */
  private static MessageFacts infer(String model, String version, List<Long> shape) {
    int images = shape.isEmpty() ? 0 : Math.clamp(shape.getFirst(), 0, Integer.MAX_VALUE);
    return new MessageFacts(model, number(version), images, Optional.empty());
  }

  /** 0 for an alias, too: which version it names is decided later. */
  private static long number(String version) {
    try {
      return version.isEmpty() ? 0 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static MessageFacts answer(EmbedResponse response) {
    ModelSelector model = response.getModel();
    return new MessageFacts(
        model.getModel(),
        model.getVersion(),
        response.getResultsCount(),
        Optional.of(response.getTimings()));
  }

  /** Bytes of a message on the wire. */
  static long bytes(Object message) {
    return message instanceof MessageLite lite ? lite.getSerializedSize() : 0;
  }
}
