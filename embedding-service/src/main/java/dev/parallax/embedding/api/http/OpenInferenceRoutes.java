package dev.parallax.embedding.api.http;

import static java.util.Objects.requireNonNull;

import dev.parallax.embedding.access.Access;
import dev.parallax.embedding.api.MessageFacts;
import dev.parallax.embedding.api.inference.Inference;
import dev.parallax.embedding.api.inference.InferenceModels;
import dev.parallax.embedding.api.inference.ServerDescription;
import dev.parallax.embedding.serving.Embedder.WhenFull;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.platform.errors.RequestException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The Open Inference Protocol over HTTP: what {@code InferenceGrpc} is over gRPC. */
public final class OpenInferenceRoutes {
  private static final String PREFIX = "/v2";
  private static final String MODEL = PREFIX + "/models/:model";
  private static final String VERSION = MODEL + "/versions/:version";
  // as Triton names them; of those that gRPC has
  private static final List<String> EXTENSIONS = List.of("schedule_policy");
  private static final String BINARY = "Inference-Header-Content-Length";

  private final HttpDoor door;
  private final Access access;
  private final Inference inference;
  private final InferenceModels models;
  private final ServerDescription server;

  public OpenInferenceRoutes(
      HttpDoor door,
      Access access,
      Inference inference,
      InferenceModels models,
      ServerDescription server) {
    this.door = requireNonNull(door, "door is null");
    this.access = requireNonNull(access, "access is null");
    this.inference = requireNonNull(inference, "inference is null");
    this.models = requireNonNull(models, "models is null");
    this.server = requireNonNull(server, "server is null");
  }

  /** To be called once. */
  public void addTo(Router router) {
    List<Operation> operations = new ArrayList<>();
    get(router, operations, PREFIX, "ServerMetadata", call -> done(server()));
    get(router, operations, PREFIX + "/health/live", "ServerLive", call -> done(live()));
    get(router, operations, PREFIX + "/health/ready", "ServerReady", call -> done(ready()));
    for (String path : List.of(MODEL, VERSION)) {
      get(router, operations, path, "ModelMetadata", this::metadata);
      get(router, operations, path + "/ready", "ModelReady", this::modelReady);
      Operation infer = Operation.openInference(HttpMethod.POST, path + "/infer", "ModelInfer");
      operations.add(infer);
      door.routeBody(router, infer, this::infer);
    }
    door.routeRest(router, operations, PREFIX, ErrorFormat.OPEN_INFERENCE);
  }

  private void get(
      Router router, List<Operation> operations, String path, String rpc, HttpDoor.Work work) {
    Operation operation = Operation.openInference(HttpMethod.GET, path, rpc);
    operations.add(operation);
    door.route(router, operation, work);
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private Answer server() {
    return Answer.ok(InferAnswerJson.server(server.metadata(), EXTENSIONS));
  }

  private static Answer live() {
    return Answer.ok(InferAnswerJson.flag("live", true));
  }

  private Answer ready() {
    boolean ready = server.isReady();
    return Answer.whether(ready, InferAnswerJson.flag("ready", ready));
  }

  private CompletableFuture<Answer> metadata(HttpCall call) {
    return models
        .metadata(call.parameter("model"), call.parameter("version"))
        .thenApply(model -> Answer.ok(InferAnswerJson.model(model)));
  }

  private CompletableFuture<Answer> modelReady(HttpCall call) {
    String model = call.parameter("model");
    return models
        .takesCalls(model, call.parameter("version"))
        .thenApply(ready -> Answer.whether(ready, InferAnswerJson.modelReady(model, ready)));
  }

  private CompletableFuture<Answer> infer(HttpCall call, Body body) {
    if (call.routing().request().getHeader(BINARY) != null) {
      throw RequestException.invalidBecause(
          BINARY, BINARY + " is set; allowed: JSON alone, for binary tensors come in by gRPC");
    }
    ModelInferRequest request =
        InferRequests.read(
            body, call.parameter("model"), call.parameter("version"), inference.maxImages());
    MessageFacts facts = MessageFacts.of(request);
    call.record().asked(facts);
    if (facts.images() > 0) {
      access.charge(call.caller(), facts.images());
    }
    return inference
        .infer(request, call.life(), WhenFull.REFUSE)
        .thenApplyAsync(
            answer -> {
              call.record().sent(MessageFacts.of(answer));
              return Answer.ok(InferAnswerJson.infer(answer));
            },
            door.workers());
  }
}
