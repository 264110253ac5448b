package dev.parallax.embedding.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.embedding.fixtures.HttpCalls;
import dev.parallax.embedding.fixtures.HttpCalls.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.List;

/** Calls over HTTP: as they should be, of JSON that is none, and with a body that never ends. */
final class JsonCalls implements AutoCloseable {
  private static final String EMBEDDINGS = "v1/embeddings";
  private static final String INFER = "v2/models/" + KnownImages.NAME + "/infer";
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST = 1 << 16;
  private static final int PATIENCE_MILLIS = 60_000;

  private final int port;
  private final HttpCalls http;
  private final KnownImages images;
  private final Outcomes outcomes;

  /**
   * @param port of HTTP, on this machine
   */
  JsonCalls(int port, KnownImages images, Outcomes outcomes) {
    this.port = port;
    this.http = new HttpCalls(URI.create("http://127.0.0.1:" + port + "/"));
    this.images = images;
    this.outcomes = outcomes;
  }

  /** As OpenAI's clients ask. */
  void embeddings(String kind, int count) throws IOException, InterruptedException {
    int first = CheckedCalls.random(FIRST);
    Reply reply = http.post(EMBEDDINGS, embeddingsRequest(first, count));
    if (reply.status() != OK) {
      outcomes.failed(kind, reply.status(), TOO_MANY_REQUESTS);
      return;
    }
    FloatBuffer vectors = FloatBuffer.allocate(count * KnownImages.MODEL.size());
    for (Object row : reply.json().getJsonArray("data")) {
      put(((JsonObject) row).getJsonArray("embedding"), vectors);
    }
    outcomes.answered(kind, images.problem(vectors.flip(), first, count));
  }

  /** The Open Inference Protocol's REST form. */
  void infer(String kind, int count) throws IOException, InterruptedException {
    int first = CheckedCalls.random(FIRST);
    JsonObject input =
        new JsonObject()
            .put("name", "image")
            .put("datatype", "BYTES")
            .put("shape", new JsonArray().add(count))
            .put("data", files(first, count));
    JsonObject output = new JsonObject().put("name", "embedding");
    Reply reply =
        http.post(
            INFER,
            new JsonObject()
                .put("inputs", new JsonArray().add(input))
                .put("outputs", new JsonArray().add(output))
                .encode());
    if (reply.status() != OK) {
      outcomes.failed(kind, reply.status(), TOO_MANY_REQUESTS);
      return;
    }
    FloatBuffer vectors = FloatBuffer.allocate(count * KnownImages.MODEL.size());
    put(reply.json().getJsonArray("outputs").getJsonObject(0).getJsonArray("data"), vectors);
    outcomes.answered(kind, images.problem(vectors.flip(), first, count));
  }

  /** What would be right if it were whole. */
  void garbage(String kind) throws IOException, InterruptedException {
    String whole = embeddingsRequest(0, 1);
    String path = List.of(EMBEDDINGS, INFER).get(CheckedCalls.random(2));
    Reply reply = http.post(path, whole.substring(0, CheckedCalls.random(whole.length())));
    outcomes.failed(kind, reply.status(), BAD_REQUEST);
  }

  /** Stops in the middle of its body and waits for what the service says to that. */
  void stands(String kind) throws IOException {
    byte[] body = embeddingsRequest(0, 1).getBytes(UTF_8);
    String head =
        "POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(EMBEDDINGS, body.length);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      socket.getOutputStream().write(body, 0, CheckedCalls.random(body.length));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      String status = answer.split(" ", 3)[1];
      outcomes.failed(kind, Integer.parseInt(status), REQUEST_TIMEOUT);
    }
  }

  private String embeddingsRequest(int first, int count) {
    return new JsonObject()
        .put("model", KnownImages.NAME)
        .put("input", files(first, count))
        .encode();
  }

  private JsonArray files(int first, int count) {
    JsonArray base64 = new JsonArray();
    images
        .files(first, count)
        .forEach(file -> base64.add(Base64.getEncoder().encodeToString(file)));
    return base64;
  }

  /** Numbers that do not fit stay outside, and are missed then. */
  private static void put(JsonArray numbers, FloatBuffer vectors) {
    numbers.stream()
        .limit(vectors.remaining())
        .forEach(number -> vectors.put(((Number) number).floatValue()));
  }

  @Override
  public void close() {
    http.close();
  }
}
