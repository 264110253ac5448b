package dev.parallax.embedding.api.http;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.parallax.inference.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class OpenInferenceHttpTest {
  private static final int SIDE = TINY.side();
  private static final String INFER = "v2/models/tiny/infer";

  @Inject ValueRegistry values;

  @TestHTTPResource("/")
  URI root;

  @ConfigProperty(name = "parallax.embedding.repository")
  Path repository;

  private HttpCalls http;
  private ManagedChannel channel;

  @BeforeEach
  void connect() {
    http = new HttpCalls(root);
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
  }

  @AfterEach
  void disconnect() {
    http.close();
    channel.shutdownNow();
  }

  @Test
  void theServer_tellsOfItselfAndItsHealth() throws Exception {
    Reply server = http.get("v2");
    assertThat(server.status()).isEqualTo(200);
    assertThat(server.header("content-type")).startsWith("application/json");
    assertThat(server.json().getString("name")).isEqualTo("parallax");
    assertThat(server.json().getString("version")).isNotBlank();
    assertThat(server.json().getJsonArray("extensions")).contains("schedule_policy");
    assertThat(http.get("v2/health/live").json().getBoolean("live")).isTrue();
    Reply ready = http.get("v2/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().getBoolean("ready")).isTrue();
  }

  @Test
  void models_areDescribed_byNameVersionAndAlias() throws Exception {
    for (String path : List.of("v2/models/tiny", "v2/models/tiny/versions/1")) {
      JsonObject model = http.get(path).json();
      assertThat(model.getString("name")).isEqualTo("tiny");
      assertThat(model.getJsonArray("versions")).contains("1");
      assertThat(model.getString("platform")).isEqualTo("onnxruntime_onnx");
      JsonObject input = model.getJsonArray("inputs").getJsonObject(0);
      assertThat(input.getString("datatype")).isEqualTo("UINT8");
      assertThat(input.getJsonArray("shape")).isEqualTo(new JsonArray(List.of(-1, SIDE, SIDE, 3)));
      assertThat(model.getJsonArray("outputs")).hasSize(2);
      Reply ready = http.get(path + "/ready");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.json()).isEqualTo(new JsonObject().put("name", "tiny").put("ready", true));
    }
    for (String path :
        List.of(
            "v2/models/nowhere",
            "v2/models/nowhere/ready",
            "v2/models/tiny/versions/99",
            "v2/models/tiny/versions/99/ready",
            "v2/models/tiny/versions/stable")) {
      Reply unknown = http.get(path);
      assertThat(unknown.status()).as(path).isEqualTo(404);
      assertThat(unknown.error()).isNotBlank().doesNotContain("\n");
    }
    assertThat(http.get("v2/models/tiny/versions/-1").status()).isEqualTo(400);
    assertThat(http.get("v2/models/..%2Fetc").status()).isEqualTo(400);
  }

  @Test
  void pixelsFlatOrNested_andFilesInBase64_giveTheVectorsThatGrpcGives() throws Exception {
    byte[] first = TestImages.pixels(SIDE, 1);
    byte[] second = TestImages.pixels(SIDE, 2);
    ModelInferResponse expected = byGrpc(first, second, Map.of());

    JsonArray flat = new JsonArray();
    for (byte[] image : List.of(first, second)) {
      for (byte value : image) {
        flat.add(value & 0xff);
      }
    }
    List<String> files =
        List.of(base64(TestImages.png(SIDE, first)), base64(TestImages.png(SIDE, second)));
    for (JsonObject input :
        List.of(
            uint8(2, flat),
            uint8(2, nested(first, second)),
            bytes(2, new JsonArray(files)),
            bytes(2, new JsonArray(List.of(List.of(files.get(0)), List.of(files.get(1)))))
                .put("shape", new JsonArray(List.of(2, 1))),
            bytes(2, new JsonArray(files))
                .put("parameters", new JsonObject().put("content_type", "base64")),
            bytes(
                2,
                new JsonArray(files.stream().map(f -> "data:image/png;base64," + f).toList())))) {
      Reply reply = http.post(INFER, request(input).put("id", "seven").encode());
      assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
      JsonObject answer = reply.json();
      assertThat(answer.getString("model_name")).isEqualTo("tiny");
      assertThat(answer.getString("model_version")).isEqualTo("1");
      assertThat(answer.getString("id")).isEqualTo("seven");
      assertThat(answer.getJsonObject("parameters").fieldNames())
          .containsExactlyInAnyOrder("decode_us", "queue_us", "compute_us");
      assertSameOutputs(answer, expected);
    }
  }

  @Test
  void outputs_datatypesAndParameters_areThoseOfGrpc() throws Exception {
    byte[] image = TestImages.pixels(SIDE, 3);
    for (String datatype : List.of("FP32", "FP16", "INT8")) {
      InferParameter parameter = InferParameter.newBuilder().setStringParam(datatype).build();
      ModelInferResponse expected = byGrpc(image, Map.of("datatype", parameter));
      JsonObject output =
          new JsonObject()
              .put("name", "embedding")
              .put(
                  "parameters",
                  new JsonObject().put("datatype", datatype).put("binary_data", false));
      JsonObject body =
          request(bytes(1, new JsonArray().add(base64(TestImages.png(SIDE, image)))))
              .put("outputs", new JsonArray().add(output));
      Reply reply = http.post("v2/models/tiny/versions/1/infer", body.encode());
      assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
      assertSameOutputs(reply.json(), expected);
    }

    JsonObject normalized =
        request(bytes(1, new JsonArray().add(base64(TestImages.png(SIDE, image)))))
            .put(
                "parameters",
                new JsonObject().put("l2_normalize", true).put("priority", 1).put("other", 0.5));
    List<Double> vector =
        doubles(http.post(INFER, normalized.encode()).json().getJsonArray("outputs"), 0);
    assertThat(vector.stream().mapToDouble(x -> x * x).sum()).isCloseTo(1, within(1e-5));
  }

  @Test
  void http2_isServedAsWell() throws Exception {
    try (HttpCalls second =
        new HttpCalls(HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build(), root)) {
      JsonObject body =
          request(
              bytes(
                  1,
                  new JsonArray().add(base64(TestImages.png(SIDE, TestImages.pixels(SIDE, 1))))));
      // the first upgrades the connection
      assertThat(second.get("v2/health/live").status()).isEqualTo(200);
      Reply reply = second.post(INFER, body.encode());
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }

  @Test
  void whatIsWrong_isSaidInOneLine() throws Exception {
    String png = base64(TestImages.png(SIDE, TestImages.pixels(SIDE, 1)));
    String pixel = "[[[[0,0,0]]]]";
    for (Map.Entry<String, String> wrong :
        Map.ofEntries(
                Map.entry("", "the body is empty"),
                Map.entry("{\"inputs\": [", "taken here: it ends in the middle (line 1"),
                Map.entry("[1]", "the body is an array; allowed: an object"),
                Map.entry("{} {}", "the body goes on after"),
                Map.entry("{\"id\": 7}", "id is 7; allowed: a string"),
                Map.entry("{\"id\": \"a\", \"id\": \"b\"}", "id is there twice; allowed: once"),
                Map.entry("{\"x\": " + "[".repeat(40) + "]".repeat(40) + "}", "beyond 16 levels"),
                Map.entry("{}", "inputs has 0 entries; allowed: 1, named \"image\""),
                Map.entry("{\"inputs\": {}}", "inputs is an object; allowed: an array"),
                Map.entry("{\"inputs\": [" + "{},".repeat(70) + "{}]}", "inputs has more than 64"),
                Map.entry(input("UINT8", "[1,16,16,3]", "[1, 2]"), "has 2 elements"),
                Map.entry(input("UINT8", "[1,1,1,3]", pixel), "inputs[0].shape is [1, 1, 1, 3]"),
                Map.entry(
                    input("UINT8", "[1,16,16,3]", "[1, 256]"),
                    "inputs[0].data[1] is 256; allowed: integers 0 to 255"),
                Map.entry(input("UINT8", "[1,16,16,3]", "[-1]"), "inputs[0].data[0] is -1"),
                Map.entry(input("UINT8", "[1,16,16,3]", "[0.5]"), "inputs[0].data[0] is 0.5"),
                Map.entry(input("UINT8", "[1,16,16,3]", "[null]"), "inputs[0].data[0] is null"),
                Map.entry(input("UINT8", "[1,2]", "[[1],[2]]"), "is nested as [2, 1]"),
                Map.entry(input("UINT8", "[1,3]", "[[1],[2,3]]"), "arrays of 1 and of 2 entries"),
                Map.entry(input("UINT8", "[1,3]", "[1,[2,3]]"), "elements 2 and 1 deep"),
                Map.entry(
                    input("UINT8", "[1,1,1,1]", "[[[[[[[[[1]]]]]]]]]"), "is nested deeper than 8"),
                Map.entry(input("UINT8", "[1]", "[\"" + png + "\"]"), "inputs[0].data has strings"),
                Map.entry(input("BYTES", "[1]", "[1]"), "inputs[0].data has numbers"),
                Map.entry(input("BYTES", "[1]", "\"" + png + "\""), "data is a string; allowed"),
                Map.entry(input("BYTES", "[2]", "[\"" + png + "\"]"), "data has 1 elements"),
                Map.entry(
                    input("BYTES", "[1]", "[\"a cat\"]"), "inputs[0].data[0] is a string that is"),
                Map.entry(input("BYTES", "[1]", "[\"https://a/b.png\"]"), "nothing is fetched"),
                Map.entry(
                    input("BYTES", "[2]", "[\"" + png + "\", \"" + base64(new byte[9]) + "\"]"),
                    "inputs[0], image 1: "),
                Map.entry(input("BYTES", "[-1]", "[]"), "inputs[0].shape[0] is -1"),
                Map.entry(
                    input("BYTES", "[300]", "[" + "\"\",".repeat(299) + "\"\"]"),
                    "more than 256 images"),
                Map.entry(input("FP32", "[1,16,16,3]", "[0.5]"), "inputs[0].datatype is \"FP32\""),
                Map.entry(input("BYTES", "[\"1\"]", "[]"), "inputs[0].shape[0] is a string"),
                Map.entry(
                    input("BYTES", "[1]", "[\"" + png + "\"]")
                        .replace("\"inputs\"", "\"parameters\":{\"priority\":9},\"inputs\""),
                    "parameters.priority is 9; allowed: 1 (highest) to 5"),
                Map.entry(
                    input("BYTES", "[1]", "[\"" + png + "\"]")
                        .replace("\"inputs\"", "\"parameters\":{\"a\":[1]},\"inputs\""),
                    "parameters.a is an array"),
                Map.entry(
                    input("BYTES", "[1]", "[\"" + png + "\"]")
                        .replace("\"inputs\"", "\"outputs\":[{\"name\":\"logits\"}],\"inputs\""),
                    "outputs[0].name is \"logits\""))
            .entrySet()) {
      Reply reply = http.post(INFER, wrong.getKey());
      assertThat(reply.status()).as(wrong.getValue()).isEqualTo(400);
      assertThat(reply.error()).contains(wrong.getValue()).doesNotContain("\n");
    }
  }

  @Test
  void theWrongModelPathMethodOrType_isRefused() throws Exception {
    String body = input("BYTES", "[1]", "[\"\"]");
    assertThat(http.post("v2/models/nowhere/infer", body).status()).isEqualTo(404);
    assertThat(http.post("v2/models/tiny/versions/9/infer", body).status()).isEqualTo(404);
    Reply nothing = http.get("v2/models/tiny/config");
    assertThat(nothing.status()).isEqualTo(404);
    assertThat(nothing.error()).startsWith("there is no GET /v2/models/tiny/config");
    Reply method = http.get(INFER);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.error()).endsWith("allowed: POST");
    Reply type =
        http.send(
            http.request(INFER)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(body))
                .build());
    assertThat(type.status()).isEqualTo(415);
    assertThat(type.error()).contains("allowed: application/json");
    Reply binary = http.post(INFER, body, "Inference-Header-Content-Length", "10");
    assertThat(binary.status()).isEqualTo(400);
    assertThat(binary.error()).contains("JSON alone");
  }

  @Test
  void aRequestWithoutAHost_isRefusedInOneLine_whateverItAsksFor() throws Exception {
    for (String path : List.of("/v2", "/v1/models", "/q/health/live")) {
      try (Socket socket = new Socket(root.getHost(), root.getPort())) {
        socket.setSoTimeout(60_000);
        socket
            .getOutputStream()
            .write("GET %s HTTP/1.1\r\n\r\n".formatted(path).getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 400")
            .contains("\"the request is not HTTP that is taken here: ", "Host");
      }
    }
  }

  @Test
  void aBodyUpToTheLimit_isTaken_andALargerOneIsRefused_announcedOrNot() throws Exception {
    JsonObject body =
        request(
            bytes(
                1, new JsonArray().add(base64(TestImages.png(SIDE, TestImages.pixels(SIDE, 1))))));
    String padded = body.encode() + " ".repeat((16 << 20) - body.encode().length());
    assertThat(http.post(INFER, padded).status()).isEqualTo(200);

    byte[] larger = (padded + " ").getBytes(StandardCharsets.US_ASCII);
    for (var publisher :
        List.of(
            BodyPublishers.ofByteArray(larger),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(larger)))) {
      Reply reply = http.post(INFER, publisher);
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.error())
          .contains("allowed: at most 16777216, as quarkus.grpc.server.max-inbound-message-size");
    }
    assertThat(http.post(INFER, body.encode()).status()).isEqualTo(200);
  }

  @Test
  void aDeadline_byHeaderOrParameter_endsTheCall() throws Exception {
    int side = 32;
    // a batch takes many times the millisecond that the calls have
    new TestRepository(repository).publish("slow", new TinyModel(side, 8, 1, 50));
    JsonArray files =
        new JsonArray(
            IntStream.range(0, 32)
                .mapToObj(i -> base64(TestImages.png(side, TestImages.pixels(side, i))))
                .toList());
    JsonObject body = request(bytes(32, files));
    Reply header = http.post("v2/models/slow/infer", body.encode(), HttpCall.TIMEOUT, "1");
    assertThat(header.status()).isEqualTo(504);
    assertThat(header.error()).startsWith("the deadline passed");
    Reply parameter =
        http.post(
            "v2/models/slow/infer",
            body.put("parameters", new JsonObject().put("timeout", 1000)).encode());
    assertThat(parameter.status()).isEqualTo(504);
    for (String wrong : List.of("0", "soon", "86400001")) {
      Reply reply = http.get("v2", HttpCall.TIMEOUT, wrong);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.error()).contains("allowed: 1 to 86400000 milliseconds");
    }
  }

  private static JsonArray nested(byte[]... images) {
    JsonArray all = new JsonArray();
    for (byte[] image : images) {
      JsonArray rows = new JsonArray();
      for (int y = 0; y < SIDE; y++) {
        JsonArray row = new JsonArray();
        for (int x = 0; x < SIDE; x++) {
          int at = 3 * (y * SIDE + x);
          row.add(
              new JsonArray(List.of(image[at] & 0xff, image[at + 1] & 0xff, image[at + 2] & 0xff)));
        }
        rows.add(row);
      }
      all.add(rows);
    }
    return all;
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static JsonObject request(JsonObject input) {
    return new JsonObject().put("inputs", new JsonArray().add(input));
  }

  private static JsonObject uint8(int images, JsonArray data) {
    // data first: JSON has no order
    return new JsonObject()
        .put("data", data)
        .put("name", "image")
        .put("datatype", "UINT8")
        .put("shape", new JsonArray(List.of(images, SIDE, SIDE, 3)));
  }

  private static JsonObject bytes(int images, JsonArray data) {
    return new JsonObject()
        .put("name", "image")
        .put("datatype", "BYTES")
        .put("shape", new JsonArray().add(images))
        .put("data", data);
  }

  private static String input(String datatype, String shape, String data) {
    return """
        {"inputs": [{"name": "image", "datatype": "%s", "shape": %s, "data": %s}]}"""
        .formatted(datatype, shape, data);
  }

  private ModelInferResponse byGrpc(byte[] image, Map<String, InferParameter> output) {
    return byGrpc(
        raw(image)
            .addOutputs(
                InferRequestedOutputTensor.newBuilder()
                    .setName("embedding")
                    .putAllParameters(output)));
  }

  private ModelInferResponse byGrpc(byte[] first, byte[] second, Map<String, InferParameter> none) {
    return byGrpc(raw(first, second).putAllParameters(none));
  }

  private ModelInferResponse byGrpc(ModelInferRequest.Builder request) {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .modelInfer(request.build());
  }

  private static ModelInferRequest.Builder raw(byte[]... images) {
    ByteString all = ByteString.EMPTY;
    for (byte[] image : images) {
      all = all.concat(ByteString.copyFrom(image));
    }
    return ModelInferRequest.newBuilder()
        .setModelName("tiny")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("UINT8")
                .addAllShape(List.of((long) images.length, (long) SIDE, (long) SIDE, 3L)))
        .addRawInputContents(all);
  }

  private static void assertSameOutputs(JsonObject answer, ModelInferResponse expected) {
    JsonArray outputs = answer.getJsonArray("outputs");
    assertThat(outputs).hasSize(expected.getOutputsCount());
    for (int i = 0; i < outputs.size(); i++) {
      JsonObject output = outputs.getJsonObject(i);
      assertThat(output.getString("name")).isEqualTo(expected.getOutputs(i).getName());
      assertThat(output.getString("datatype")).isEqualTo(expected.getOutputs(i).getDatatype());
      assertThat(output.getJsonArray("shape").stream().map(n -> ((Number) n).longValue()).toList())
          .isEqualTo(expected.getOutputs(i).getShapeList());
      assertThat(doubles(outputs, i))
          .isEqualTo(
              elements(expected.getOutputs(i).getDatatype(), expected.getRawOutputContents(i)));
    }
  }

  private static List<Double> doubles(JsonArray outputs, int index) {
    return outputs.getJsonObject(index).getJsonArray("data").stream()
        .map(n -> (double) ((Number) n).floatValue())
        .toList();
  }

  private static List<Double> elements(String datatype, ByteString raw) {
    ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Double> elements = new ArrayList<>();
    while (bytes.hasRemaining()) {
      elements.add(
          switch (datatype) {
            case "FP32" -> (double) bytes.getFloat();
            case "FP16" -> (double) Float.float16ToFloat(bytes.getShort());
            default -> (double) bytes.get();
          });
    }
    return elements;
  }
}
