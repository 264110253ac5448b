package dev.parallax.embedding.api.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.embedding.serving.EmbedAnswer;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Embedded;
import dev.parallax.embedding.serving.EmbedAnswer.Outcome.Unreadable;
import dev.parallax.embedding.serving.EncodedVector;
import dev.parallax.embedding.serving.UnencodableVectorException;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelInferResponse.InferOutputTensor;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From vectors to output tensors, which have all rows or do not exist. */
final class InferAnswers {
  private InferAnswers() {}

  /**
   * @param outputs in the order of the call's outputs
   * @throws RequestException INVALID_ARGUMENT that names an image that could not be read;
   *     FAILED_PRECONDITION when the model gave a number that a datatype cannot say
   */
  static ModelInferResponse response(String id, List<RequestedOutput> outputs, EmbedAnswer answer) {
    List<Embedded> rows = rows(answer);
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(answer.model())
            .setModelVersion(Long.toString(answer.version()))
            .setId(id)
            .putParameters("decode_us", micros(answer.times().decode()))
            .putParameters("queue_us", micros(answer.times().queue()))
            .putParameters("compute_us", micros(answer.times().compute()));
    for (int i = 0; i < outputs.size(); i++) {
      add(response, outputs.get(i), encoded(rows, i, outputs.get(i)));
    }
    return response.build();
  }

  private static List<Embedded> rows(EmbedAnswer answer) {
    List<Embedded> rows = new ArrayList<>(answer.outcomes().size());
    for (EmbedAnswer.Outcome outcome : answer.outcomes()) {
      switch (outcome) {
        case Embedded embedded -> rows.add(embedded);
        case Unreadable(String message) ->
            throw RequestException.invalidBecause(
                "inputs[0]", "inputs[0], image %d: %s".formatted(rows.size(), message));
      }
    }
    return rows;
  }

  private static List<EncodedVector> encoded(
      List<Embedded> rows, int index, RequestedOutput output) {
    List<EncodedVector> vectors = new ArrayList<>(rows.size());
    for (Embedded row : rows) {
      try {
        vectors.add(output.encoding().encode(row.vectors().get(index)));
      } catch (UnencodableVectorException e) {
        throw RequestException.of(
            Kind.FAILED_PRECONDITION,
            "output %s, image %d: %s".formatted(output.name(), vectors.size(), e.getMessage()),
            e);
      }
    }
    return vectors;
  }

  private static void add(
      ModelInferResponse.Builder response, RequestedOutput output, List<EncodedVector> vectors) {
    response
        .addOutputs(
            InferOutputTensor.newBuilder()
                .setName(output.name())
                .setDatatype(datatype(output.encoding()))
                .addShape(vectors.size())
                .addShape(vectors.getFirst().dims()))
        .addRawOutputContents(data(vectors));
    if (output.encoding() == VectorEncoding.INT8) {
      response
          .addOutputs(
              InferOutputTensor.newBuilder()
                  .setName(output.name() + "_scale")
                  .setDatatype("FP32")
                  .addShape(vectors.size()))
          .addRawOutputContents(scales(vectors));
    }
  }

  private static String datatype(VectorEncoding encoding) {
    return switch (encoding) {
      case FLOAT32 -> "FP32";
      case FLOAT16 -> "FP16";
      case INT8 -> "INT8";
      case BINARY -> "UINT8";
    };
  }

  private static ByteString data(List<EncodedVector> vectors) {
    int size = vectors.stream().mapToInt(vector -> vector.data().remaining()).sum();
    ByteBuffer all = ByteBuffer.allocate(size);
    vectors.forEach(vector -> all.put(vector.data()));
    return UnsafeByteOperations.unsafeWrap(all.flip());
  }

  private static ByteString scales(List<EncodedVector> vectors) {
    ByteBuffer all =
        ByteBuffer.allocate(Float.BYTES * vectors.size()).order(ByteOrder.LITTLE_ENDIAN);
    vectors.forEach(vector -> all.putFloat(vector.scale()));
    return UnsafeByteOperations.unsafeWrap(all.flip());
  }

  private static InferParameter micros(Duration duration) {
    return InferParameter.newBuilder().setInt64Param(duration.toNanos() / 1000).build();
  }
}
