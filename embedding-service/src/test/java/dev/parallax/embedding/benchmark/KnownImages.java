package dev.parallax.embedding.benchmark;

import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import dev.parallax.embedding.fixtures.Reference;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedResponse;
import dev.parallax.embedding.v1.EmbedResult;
import dev.parallax.embedding.v1.Image;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.parallax.inference.ModelInferResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images with the vectors that ONNX Runtime alone gives them, requests of them, and what is wrong
 * with the answers. A request is of images in a row, from {@code first} on, round and round.
 */
final class KnownImages {
  static final String NAME = "soak";
  static final TinyModel MODEL = new TinyModel(32, 64, 7);

  private static final int IMAGES = 64;
  private static final float TOLERANCE = 1e-5f;

  private final List<byte[]> pixels;
  private final List<byte[]> files;
  private final List<float[]> vectors;

  KnownImages() throws OrtException {
    pixels = IntStream.range(0, IMAGES).mapToObj(i -> TestImages.pixels(MODEL.side(), i)).toList();
    files = pixels.stream().map(rgb -> TestImages.png(MODEL.side(), rgb)).toList();
    float[][] computed = new float[IMAGES][];
    try (Reference reference = new Reference(MODEL)) {
      for (int i = 0; i < IMAGES; i++) {
        computed[i] = reference.embed(pixels.get(i));
      }
    }
    vectors = List.of(computed);
  }

  /** Every second image as a file. */
  EmbedRequest embed(int first, int count) {
    return Calls.request(NAME, 0, images(first, count));
  }

  List<Image> images(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(
            i ->
                i % 2 == 0
                    ? TestImages.raw(MODEL.side(), pixels.get(i % IMAGES))
                    : TestImages.encoded(files.get(i % IMAGES)))
        .toList();
  }

  List<byte[]> files(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> files.get(i % IMAGES)).toList();
  }

  /** The model's own tensor, UINT8 [count, side, side, 3]. */
  ModelInferRequest inferPixels(int first, int count) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    IntStream.range(first, first + count).forEach(i -> raw.writeBytes(pixels.get(i % IMAGES)));
    return infer(
        InferInputTensor.newBuilder()
            .setName("image")
            .setDatatype("UINT8")
            .addAllShape(List.of((long) count, (long) MODEL.side(), (long) MODEL.side(), 3L)),
        raw);
  }

  /** Files, BYTES [count]. */
  ModelInferRequest inferFiles(int first, int count) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    files(first, count)
        .forEach(
            file -> {
              // its length, little endian
              for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                raw.write(file.length >> shift);
              }
              raw.writeBytes(file);
            });
    return infer(
        InferInputTensor.newBuilder().setName("image").setDatatype("BYTES").addShape(count), raw);
  }

  private static ModelInferRequest infer(
      InferInputTensor.Builder input, ByteArrayOutputStream contents) {
    return ModelInferRequest.newBuilder()
        .setModelName(NAME)
        .addInputs(input)
        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("embedding"))
        .addRawInputContents(ByteString.copyFrom(contents.toByteArray()))
        .build();
  }

  Optional<String> problem(EmbedResponse answer, int first, int count) {
    if (answer.getResultsCount() != count) {
      return Optional.of("%d results to %d images".formatted(answer.getResultsCount(), count));
    }
    return IntStream.range(0, count)
        .mapToObj(i -> problem(answer.getResults(i), first + i))
        .flatMap(Optional::stream)
        .findFirst();
  }

  Optional<String> problem(EmbedResult result, int image) {
    if (!result.hasVector()) {
      return Optional.of("image " + image + ": " + result.getError().getMessage());
    }
    List<Float> values = result.getVector().getValuesList();
    FloatBuffer vector = FloatBuffer.allocate(values.size());
    values.forEach(vector::put);
    return problem(vector.flip(), image, 1);
  }

  Optional<String> problem(ModelInferResponse answer, int first, int count) {
    if (answer.getRawOutputContentsCount() != 1) {
      return Optional.of(answer.getRawOutputContentsCount() + " outputs; asked for: 1");
    }
    return problem(
        answer
            .getRawOutputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer(),
        first,
        count);
  }

  /**
   * @param answer float32 [count, size]
   */
  Optional<String> problem(FloatBuffer answer, int first, int count) {
    if (answer.remaining() != count * MODEL.size()) {
      return Optional.of("%d numbers for %d images".formatted(answer.remaining(), count));
    }
    for (int i = 0; i < count; i++) {
      for (float right : vectors.get((first + i) % IMAGES)) {
        float told = answer.get();
        if (!(Math.abs(told - right) <= TOLERANCE * Math.max(1, Math.abs(right)))) {
          return Optional.of("image %d: %s where %s is right".formatted(first + i, told, right));
        }
      }
    }
    return Optional.empty();
  }
}
