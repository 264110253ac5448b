package dev.parallax.embedding.benchmark;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.fixtures.RawCalls;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ModelInferRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Calls that nobody should send, each with the status that it deserves. */
final class WrongCalls {
  private static final List<String> METHODS =
      List.of(
          EmbeddingServiceGrpc.SERVICE_NAME + "/Embed",
          EmbeddingServiceGrpc.SERVICE_NAME + "/EmbedStream",
          GRPCInferenceServiceGrpc.SERVICE_NAME + "/ModelInfer",
          GRPCInferenceServiceGrpc.SERVICE_NAME + "/ModelStreamInfer");
  private static final int PATIENCE_SECONDS = 60;
  private static final int LIMIT_BYTES = 16 << 20;
  private static final int MOST_GARBAGE_BYTES = 4000;

  // the tag of a field takes ten bytes at most, of which the last one is below 0x80
  private static final int TAG_BYTES = 10;

  private final KnownImages images;
  private final Outcomes outcomes;

  WrongCalls(KnownImages images, Outcomes outcomes) {
    this.images = images;
    this.outcomes = outcomes;
  }

  private static EmbeddingServiceGrpc.EmbeddingServiceBlockingStub embedding(Channel channel) {
    return EmbeddingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub inference(
      Channel channel) {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Bytes that are no message, in a frame that is one. */
  void garbage(String kind, Channel channel) {
    byte[] bytes = new byte[TAG_BYTES + CheckedCalls.random(MOST_GARBAGE_BYTES)];
    ThreadLocalRandom.current().nextBytes(bytes);
    Arrays.fill(bytes, 0, TAG_BYTES, (byte) 0xff);
    String method = METHODS.get(CheckedCalls.random(METHODS.size()));
    deserves(kind, RawCalls.call(channel, method, bytes).status(), Code.INVALID_ARGUMENT);
  }

  void tooLarge(String kind, Channel channel) {
    String method = METHODS.get(CheckedCalls.random(METHODS.size()));
    Status status = RawCalls.call(channel, method, new byte[LIMIT_BYTES + 1]).status();
    deserves(kind, status, Code.RESOURCE_EXHAUSTED);
  }

  /** Files that are cut off, between images that are whole and have to be answered. */
  void corruptImages(String kind, Channel channel) {
    int first = 2 * CheckedCalls.random(1000);
    EmbedRequest.Builder request = images.embed(first, 4).toBuilder();
    ByteString file = request.getImages(1).getEncoded();
    request.setImages(
        1,
        TestImages.encoded(file.substring(0, CheckedCalls.random(file.size() / 2)).toByteArray()));
    try {
      EmbedResponse answer = embedding(channel).embed(request.build());
      outcomes.answered(kind, corruptImagesProblem(answer, first));
    } catch (StatusRuntimeException e) {
      deserves(kind, e.getStatus(), Code.RESOURCE_EXHAUSTED);
    }
  }

  private Optional<String> corruptImagesProblem(EmbedResponse answer, int first) {
    for (int i = 0; i < answer.getResultsCount(); i++) {
      EmbedResult result = answer.getResults(i);
      Optional<String> problem =
          i != 1
              ? images.problem(result, first + i)
              : result.hasError() ? Optional.empty() : Optional.of("half a file has a vector");
      if (problem.isPresent()) {
        return problem;
      }
    }
    return answer.getResultsCount() == 4 ? Optional.empty() : Optional.of("results are missing");
  }

  void corruptTensor(String kind, Channel channel) {
    ModelInferRequest request = images.inferFiles(0, 2);
    byte[] contents = request.getRawInputContents(0).toByteArray();
    // within the first file, behind its length and its signature
    Arrays.fill(contents, 14, 60, (byte) CheckedCalls.random(256));
    infer(
        kind,
        channel,
        request.toBuilder().setRawInputContents(0, ByteString.copyFrom(contents)).build(),
        Code.INVALID_ARGUMENT);
  }

  void unknownModel(String kind, Channel channel) {
    String name = "nobody-" + CheckedCalls.random(Integer.MAX_VALUE);
    EmbedRequest request =
        images.embed(0, 1).toBuilder().setModel(ModelSelector.newBuilder().setModel(name)).build();
    try {
      var _ = embedding(channel).embed(request);
      outcomes.answered(kind, Optional.of(name + " answered"));
    } catch (StatusRuntimeException e) {
      deserves(kind, e.getStatus(), Code.NOT_FOUND);
    }
    infer(
        kind,
        channel,
        images.inferPixels(0, 1).toBuilder().setModelName(name).build(),
        Code.NOT_FOUND);
  }

  /** A tensor that is shorter than its shape says. */
  void wrongShape(String kind, Channel channel) {
    ModelInferRequest request = images.inferPixels(0, 3);
    ByteString contents = request.getRawInputContents(0);
    infer(
        kind,
        channel,
        request.toBuilder()
            .setRawInputContents(0, contents.substring(0, CheckedCalls.random(contents.size())))
            .build(),
        Code.INVALID_ARGUMENT);
  }

  private void infer(String kind, Channel channel, ModelInferRequest request, Code deserved) {
    try {
      var _ = inference(channel).modelInfer(request);
      outcomes.answered(kind, Optional.of("answered, which deserves " + deserved));
    } catch (StatusRuntimeException e) {
      deserves(kind, e.getStatus(), deserved);
    }
  }

  private void deserves(String kind, Status status, Code deserved) {
    outcomes.failed(kind, status, EnumSet.of(deserved, Code.RESOURCE_EXHAUSTED));
  }
}
