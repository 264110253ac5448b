package dev.parallax.embedding.api.http;

import static dev.parallax.embedding.fixtures.ServedRepository.TINY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.client.EmbeddingClient;
import dev.parallax.embedding.client.InputImage;
import dev.parallax.embedding.client.ModelQuery;
import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class OpenAiHttpTest {
  private static final int SIDE = TINY.side();
  private static final String PATH = "v1/embeddings";

  @Inject ValueRegistry values;

  @TestHTTPResource("/")
  URI root;

  private HttpCalls http;
  private EmbeddingClient client;

  @BeforeEach
  void connect() {
    http = new HttpCalls(root);
    client =
        EmbeddingClient.builder().target("127.0.0.1:" + values.get(GrpcServer.GRPC_PORT)).build();
  }

  @AfterEach
  void disconnect() {
    http.close();
    client.close();
  }

  @Test
  void imagesInBase64OrDataUrls_giveTheVectorsThatGrpcGives() throws Exception {
    byte[] file = TestImages.png(SIDE, TestImages.pixels(SIDE, 1));
    float[] expected = client.embed("tiny", List.of(InputImage.encoded(file))).vectors()[0];
    for (Object input :
        List.of(
            base64(file),
            "data:image/png;base64," + base64(file),
            "DATA:image/png;charset=utf-8;base64," + base64(file),
            new JsonArray().add(base64(file)),
            new JsonArray().add(base64(file)).add("data:;base64," + base64(file)))) {
      Reply reply = http.post(PATH, request(input).put("user", "someone").encode());
      assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
      JsonObject answer = reply.json();
      assertThat(answer.getString("object")).isEqualTo("list");
      assertThat(answer.getString("model")).isEqualTo("tiny");
      assertThat(answer.getString("version")).isEqualTo("1");
      assertThat(answer.getJsonObject("usage"))
          .isEqualTo(new JsonObject().put("prompt_tokens", 0).put("total_tokens", 0));
      JsonArray data = answer.getJsonArray("data");
      assertThat(data).hasSize(input instanceof JsonArray array ? array.size() : 1);
      for (int i = 0; i < data.size(); i++) {
        assertThat(data.getJsonObject(i).getString("object")).isEqualTo("embedding");
        assertThat(data.getJsonObject(i).getInteger("index")).isEqualTo(i);
        assertThat(floats(data.getJsonObject(i).getJsonArray("embedding"))).isEqualTo(expected);
      }
    }
    // some write the slash with a backslash
    String escaped = request(base64(file)).encode().replace("/", "\\/");
    assertThat(escaped).contains("\\/");
    assertThat(http.post(PATH, escaped).status()).isEqualTo(200);
  }

  @Test
  void vectorsInBase64_areLittleEndianFloats_andCanBeOfUnitLength() throws Exception {
    byte[] file = TestImages.png(SIDE, TestImages.pixels(SIDE, 2));
    float[] expected =
        client.embed(ModelQuery.of("tiny").normalized(), List.of(InputImage.encoded(file)))
            .vectors()[0];
    JsonObject answer =
        http.post(
                PATH,
                request(base64(file))
                    .put("encoding_format", "base64")
                    .put("l2_normalize", true)
                    .encode())
            .json();
    ByteBuffer bytes =
        ByteBuffer.wrap(
                Base64.getDecoder()
                    .decode(answer.getJsonArray("data").getJsonObject(0).getString("embedding")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] vector = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(vector);
    assertThat(vector).isEqualTo(expected);
  }

  @Test
  void whatIsWrong_hasOpenAisShape() throws Exception {
    String png = base64(TestImages.png(SIDE, TestImages.pixels(SIDE, 1)));
    for (Map.Entry<String, String> wrong :
        Map.ofEntries(
                Map.entry("{\"input\": \"" + png + "\"}", "model|model is empty; allowed"),
                Map.entry("{\"model\": \"tiny\"}", "input|input has no entry"),
                Map.entry(request("a cat on a mat").encode(), "input|input is a string that is no"),
                Map.entry(
                    request(new JsonArray().add(png).add("text!")).encode(),
                    "input[1]|text is not embedded here"),
                Map.entry(request("https://a/cat.png").encode(), "input|nothing is fetched here"),
                Map.entry(request("data:image/png,abc").encode(), "input|without \";base64,\""),
                Map.entry(
                    request(new JsonArray().add(1).add(2)).encode(), "input[0]|input[0] is 1;"),
                Map.entry(
                    request(new JsonArray().add(new JsonArray().add(1))).encode(),
                    "input[0]|input[0] is an array;"),
                Map.entry(request(base64(new byte[9])).encode(), "input[0]|input[0]: "),
                Map.entry(
                    request(new JsonArray(List.of(png, ""))).encode(),
                    "input[1]|input[1]: the image has 0 bytes"),
                Map.entry(request(png).put("dimensions", 3).encode(), "dimensions|dimensions is 3"),
                Map.entry(
                    request(png).put("encoding_format", "hex").encode(),
                    "encoding_format|allowed: float, base64"),
                Map.entry(request(png).put("model", "../x").encode(), "model|model is"))
            .entrySet()) {
      Reply reply = http.post(PATH, wrong.getKey());
      int bar = wrong.getValue().indexOf('|');
      String param = wrong.getValue().substring(0, bar);
      String message = wrong.getValue().substring(bar + 1);
      assertThat(reply.status()).as(wrong.getValue()).isEqualTo(400);
      assertThat(reply.openAiError().getString("message")).contains(message).doesNotContain("\n");
      assertThat(reply.openAiError().getString("param")).isEqualTo(param);
      assertThat(reply.openAiError().getString("type")).isEqualTo("invalid_request_error");
      assertThat(reply.openAiError().getString("code")).isEqualTo("invalid_argument");
    }
    Reply unknown = http.post(PATH, request(png).put("model", "nowhere").encode());
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.openAiError().getString("code")).isEqualTo("not_found");
    Reply broken = http.post(PATH, "{");
    assertThat(broken.status()).isEqualTo(400);
    assertThat(broken.openAiError().containsKey("param")).isTrue();
    assertThat(broken.openAiError().getString("param")).isNull();
    Reply nothing = http.post("v1/chat/completions", "{}");
    assertThat(nothing.status()).isEqualTo(404);
    assertThat(nothing.openAiError().getString("message"))
        .startsWith("there is no POST /v1/chat/completions");
    assertThat(http.get(PATH).status()).isEqualTo(405);
  }

  @Test
  void models_areListed() throws Exception {
    JsonObject list = http.get("v1/models").json();
    assertThat(list.getString("object")).isEqualTo("list");
    assertThat(list.getJsonArray("data").stream().map(m -> ((JsonObject) m).getString("id")))
        .contains("tiny");
    JsonObject model = http.get("v1/models/tiny").json();
    assertThat(model.getString("id")).isEqualTo("tiny");
    assertThat(model.getString("object")).isEqualTo("model");
    assertThat(model.getString("owned_by")).isEqualTo("parallax");
    assertThat(model.getValue("created")).isInstanceOf(Number.class);
    Reply unknown = http.get("v1/models/nowhere");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.openAiError().getString("message")).contains("nowhere");
  }

  private static JsonObject request(Object input) {
    return new JsonObject().put("model", "tiny").put("input", input);
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static float[] floats(JsonArray numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.getFloat(i);
    }
    return floats;
  }
}
