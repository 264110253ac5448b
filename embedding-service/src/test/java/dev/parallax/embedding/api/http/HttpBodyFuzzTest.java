package dev.parallax.embedding.api.http;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes come as a body: a request within its limits, or one clear line. */
final class HttpBodyFuzzTest {
  private static final int MAX_IMAGES = 4;

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void inference(byte[] input) {
    try {
      ModelInferRequest request =
          InferRequests.read(new Body(input, input.length), "m", "", MAX_IMAGES);
      assertThat(request.getRawInputContentsCount() + request.getInputsCount())
          .isLessThanOrEqualTo(2 * request.getInputsCount());
      request
          .getInputsList()
          .forEach(
              tensor ->
                  assertThat(tensor.getContents().getBytesContentsCount())
                      .isLessThanOrEqualTo(MAX_IMAGES));
    } catch (RequestException e) {
      assertClear(e);
    }
  }

  static Stream<byte[]> inference() {
    String whole =
        """
        {"id": "a", "parameters": {"priority": 1, "timeout": 1e3, "l2_normalize": true, "x": "y"},
         "inputs": [{"name": "image", "shape": [1, 1, 2, 3], "datatype": "UINT8",
                     "data": [[[[0, 1, 2], [253, 254, 255]]]]},
                    {"name": "image", "shape": [2, 1], "datatype": "BYTES", "parameters": {"content_type": "base64"},
                     "data": [["AAAA"], ["data:;base64,AA\\/A"]]}],
         "outputs": [{"name": "embedding", "parameters": {"datatype": "INT8", "binary_data": false}}]}""";
    return Stream.of(
        whole.getBytes(UTF_8),
        whole.getBytes(UTF_16LE),
        whole.substring(0, whole.length() / 2).getBytes(UTF_8),
        "{\"inputs\": [{\"data\": [99999999999999999999, -1, 1.5, null, {}, \"\"]}]}"
            .getBytes(UTF_8),
        "{\"parameters\": {\"a\": 1e999, \"b\": 123456789012345678901234567890}}".getBytes(UTF_8),
        "{\"inputs\": null, \"id\": null}".getBytes(UTF_8),
        new byte[] {'"', (byte) 0xff},
        new byte[] {0, 0, 0},
        new byte[0]);
  }

  @MethodSource
  @FuzzTest(maxDuration = "1h")
  void embeddings(byte[] input) {
    try {
      EmbeddingsRequest request = EmbeddingsRequest.read(new Body(input, input.length), MAX_IMAGES);
      assertThat(request.images()).hasSizeBetween(1, MAX_IMAGES);
      assertThat(request.model()).isNotEmpty();
    } catch (RequestException e) {
      assertClear(e);
    }
  }

  static Stream<byte[]> embeddings() {
    return Stream.of(
            "{\"model\": \"m@stable\", \"input\": [\"AAAA\", \"data:a;base64,AAA=\"], \"user\": \"u\"}",
            "{\"input\": \"QQ\", \"encoding_format\": \"base64\", \"l2_normalize\": true, \"model\": \"m\"}",
            "{\"model\": \"m\", \"input\": [[1, 2], \"data:\", \"http://a\", \"\\u0041\"]}",
            "{\"model\": \"m\", \"input\": \"data:;base64,\"}",
            "{\"model\": \"m\", \"input\": \"AAAA",
            "{\"model\": \"m\", \"input\": [\"AAAA\", \"AAAA\", \"AAAA\", \"AAAA\", \"AAAA\"]}")
        .map(text -> text.getBytes(UTF_8));
  }

  private static void assertClear(RequestException e) {
    assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
  }
}
