package dev.parallax.embedding.api;

import static dev.parallax.embedding.v1.VectorEncoding.VECTOR_ENCODING_BINARY;
import static dev.parallax.embedding.v1.VectorEncoding.VECTOR_ENCODING_FLOAT16;
import static dev.parallax.embedding.v1.VectorEncoding.VECTOR_ENCODING_INT8;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.model.ModelAlias;
import dev.parallax.embedding.model.ModelAliases;
import dev.parallax.embedding.model.VersionEntry;
import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Unreadable;
import dev.parallax.embedding.serving.EncodedVector;
import dev.parallax.embedding.serving.UnencodableVectorException;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.ImageError;
import dev.parallax.embedding.v1.ListAliasesResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.ModelState;
import dev.parallax.embedding.v1.Timings;
import dev.parallax.embedding.v1.Vector;
import dev.parallax.model.v1.Alias;
import java.nio.FloatBuffer;
import java.time.Duration;

/** From the domain to the wire. */
final class Answers {
  private static final double NANOS_PER_MS = 1e6;

  private Answers() {}

  static EmbedResponse response(EmbedAnswer answer, VectorEncoding encoding) {
    EmbedResponse.Builder response =
        EmbedResponse.newBuilder()
            .setModel(
                ModelSelector.newBuilder().setModel(answer.model()).setVersion(answer.version()))
            .setTimings(timings(answer.times()));
    for (int i = 0; i < answer.outcomes().size(); i++) {
      response.addResults(result(i, answer.outcomes().get(i), encoding));
    }
    return response.build();
  }

  static Timings timings(EmbedAnswer.Times times) {
    return Timings.newBuilder()
        .setDecodeMs(millis(times.decode()))
        .setQueueMs(millis(times.queue()))
        .setComputeMs(millis(times.compute()))
        .build();
  }

  private static EmbedResult result(
      int position, EmbedAnswer.Outcome outcome, VectorEncoding encoding) {
    return switch (outcome) {
      case Embedded embedded -> {
        try {
          yield result(embedded.vector(), encoding);
        } catch (UnencodableVectorException e) {
          yield error(position, e.getMessage());
        }
      }
      case Unreadable(String message) -> error(position, message);
    };
  }

  private static EmbedResult result(FloatBuffer values, VectorEncoding encoding)
      throws UnencodableVectorException {
    return switch (encoding) {
      case FLOAT32 -> EmbedResult.newBuilder().setVector(vector(values)).build();
      case FLOAT16 -> encoded(encoding.encode(values), VECTOR_ENCODING_FLOAT16);
      case INT8 -> encoded(encoding.encode(values), VECTOR_ENCODING_INT8);
      case BINARY -> encoded(encoding.encode(values), VECTOR_ENCODING_BINARY);
    };
  }

  private static Vector.Builder vector(FloatBuffer values) {
    Vector.Builder vector = Vector.newBuilder();
    for (int i = 0; i < values.limit(); i++) {
      vector.addValues(values.get(i));
    }
    return vector;
  }

  private static EmbedResult encoded(
      EncodedVector vector, dev.parallax.embedding.v1.VectorEncoding encoding) {
    return EmbedResult.newBuilder()
        .setVector(
            Vector.newBuilder()
                .setEncoded(
                    dev.parallax.embedding.v1.EncodedVector.newBuilder()
                        .setEncoding(encoding)
                        .setDims(vector.dims())
                        .setData(ByteString.copyFrom(vector.data()))
                        .setScale(vector.scale())))
        .build();
  }

  private static EmbedResult error(int position, String message) {
    return EmbedResult.newBuilder()
        .setError(ImageError.newBuilder().setIndex(position).setMessage(message))
        .build();
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / NANOS_PER_MS;
  }

  static Alias alias(ModelAlias alias) {
    return Alias.newBuilder()
        .setName(alias.name())
        .setVersion(alias.version())
        .setTrafficPercent(alias.trafficPercent())
        .build();
  }

  static ListAliasesResponse aliases(ModelAliases aliases) {
    return ListAliasesResponse.newBuilder()
        .addAllAliases(aliases.all().stream().map(Answers::alias).toList())
        .build();
  }

  static Model model(VersionEntry entry) {
    Model.Builder model = Model.newBuilder().setManifest(entry.manifest());
    return switch (entry.state()) {
      case Loading() -> model.setState(ModelState.MODEL_STATE_LOADING).build();
      case Available() -> model.setState(ModelState.MODEL_STATE_AVAILABLE).build();
      case Unloaded() -> model.setState(ModelState.MODEL_STATE_UNLOADED).build();
      case Ready ready -> model.setState(ModelState.MODEL_STATE_READY).build();
      case Failed(String reason) ->
          model.setState(ModelState.MODEL_STATE_FAILED).setReason(reason).build();
    };
  }
}
