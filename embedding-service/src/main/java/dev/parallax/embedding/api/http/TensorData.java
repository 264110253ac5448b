package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.inference.InferTensorContents;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.platform.errors.RequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of a tensor, in one array or nested as its shape says, row-major: numbers become
 * bytes, strings become files. What they should be is known only when the whole tensor has been
 * read, for JSON has no order.
 */
final class TensorData {
  private static final int MAX_RANK = 8;
  private static final int MAX_UINT8 = 255;
  private static final int FIRST_BYTES = 4096;
  private static final String ELEMENTS =
      "integers 0 to 255 (UINT8), or strings with base64 (BYTES)";

  private final String path;
  private final ImageText text;
  private final int maxFiles;
  private final List<ByteString> files = new ArrayList<>();
  private final int[] lengths = new int[MAX_RANK];
  private byte[] numbers = {};
  private int count;
  private int rank;
  private RequestException problem;

  /**
   * @param path of the array, {@code inputs[0].data}
   * @param maxFiles strings that are taken
   */
  TensorData(String path, ImageText text, int maxFiles) {
    this.path = path;
    this.text = text;
    this.maxFiles = maxFiles;
    Arrays.fill(lengths, -1);
  }

  /** Reads the array at which the parser stands. */
  void read(JsonParser in) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw Json.unfit(in, path, "an array of " + ELEMENTS);
    }
    array(in, 0);
  }

  private void array(JsonParser in, int depth) throws IOException {
    if (depth == MAX_RANK) {
      throw RequestException.invalidBecause(
          path, "%s is nested deeper than %d; allowed: as the shape says".formatted(path, depth));
    }
    int length = 0;
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      if (token == JsonToken.START_ARRAY) {
        array(in, depth + 1);
      } else {
        rank = rank == 0 ? depth + 1 : rank;
        element(in, depth + 1);
      }
      length++;
    }
    if (lengths[depth] < 0) {
      lengths[depth] = length;
    } else if (lengths[depth] != length) {
      report(
          "%s has arrays of %d and of %d entries side by side; allowed: nested as the shape says, or one flat array"
              .formatted(path, lengths[depth], length));
    }
  }

  private void element(JsonParser in, int depth) throws IOException {
    if (problem != null) {
      in.skipChildren();
      return;
    }
    if (depth != rank) {
      report(
          "%s has elements %d and %d deep; allowed: nested as the shape says, or one flat array"
              .formatted(path, depth, rank));
      return;
    }
    switch (in.currentToken()) {
      case VALUE_NUMBER_INT -> number(in);
      case VALUE_STRING -> file(in);
      case null, default -> {
        problem = Json.unfit(in, elementPath(), ELEMENTS);
        in.skipChildren();
      }
    }
  }

  private String elementPath() {
    return path + "[" + (count + files.size()) + "]";
  }

  private void report(String message) {
    if (problem == null) {
      problem = RequestException.invalidBecause(path, message);
    }
  }

  private void number(JsonParser in) throws IOException {
    if (in.getNumberType() != JsonParser.NumberType.INT
        || in.getIntValue() < 0
        || in.getIntValue() > MAX_UINT8) {
      problem = Json.unfit(in, elementPath(), ELEMENTS);
      return;
    }
    if (!files.isEmpty()) {
      report("%s has strings and numbers; allowed: %s".formatted(path, ELEMENTS));
      return;
    }
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(FIRST_BYTES, 2 * count));
    }
    numbers[count++] = (byte) in.getIntValue();
  }

  private void file(JsonParser in) throws IOException {
    if (count > 0) {
      report("%s has numbers and strings; allowed: %s".formatted(path, ELEMENTS));
      return;
    }
    if (files.size() == maxFiles) {
      report("%s has more than %d images; allowed: at most %d".formatted(path, maxFiles, maxFiles));
      return;
    }
    files.add(text.read(in, elementPath()));
  }

  /**
   * Puts the elements where gRPC's clients put them. Of other datatypes than the two that are taken
   * nothing is put anywhere.
   *
   * @throws RequestException INVALID_ARGUMENT: they do not fit datatype or shape
   */
  void putInto(ModelInferRequest.Builder request, InferInputTensor.Builder tensor) {
    switch (tensor.getDatatype()) {
      case "UINT8" -> {
        check(tensor, files.isEmpty(), "integers 0 to 255");
        request.addRawInputContents(UnsafeByteOperations.unsafeWrap(numbers, 0, count));
      }
      case "BYTES" -> {
        check(tensor, count == 0, "strings with base64");
        tensor.setContents(InferTensorContents.newBuilder().addAllBytesContents(files));
      }
      default -> {
        // refused by its datatype
      }
    }
  }

  private void check(InferInputTensor.Builder tensor, boolean fits, String allowed) {
    if (problem != null) {
      throw problem;
    }
    if (!fits) {
      throw RequestException.invalidBecause(
          path,
          "%s has %s; allowed for the datatype \"%s\": %s"
              .formatted(
                  path, files.isEmpty() ? "numbers" : "strings", tensor.getDatatype(), allowed));
    }
    long elements = (long) count + files.size();
    if (tensor.getShapeList().stream().allMatch(dim -> dim >= 0)) {
      checkShape(tensor.getShapeList(), elements);
    }
  }

  private void checkShape(List<Long> shape, long elements) {
    if (product(shape) != elements) {
      throw RequestException.invalidBecause(
          path,
          "%s has %d elements; allowed: as many as the shape %s says"
              .formatted(path, elements, shape));
    }
    boolean nested = rank > 1;
    List<Long> found = Arrays.stream(lengths).limit(rank).mapToObj(Long::valueOf).toList();
    if (nested && !found.equals(shape)) {
      throw RequestException.invalidBecause(
          path,
          "%s is nested as %s; allowed: %s, as the shape says, or one flat array"
              .formatted(path, found, shape));
    }
  }

  private static long product(List<Long> shape) {
    long product = 1;
    for (long dim : shape) {
      if (dim > Integer.MAX_VALUE || product > Integer.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      product *= dim;
    }
    return product;
  }
}
