package dev.parallax.embedding.api.http;

import static java.util.Objects.requireNonNull;

import io.vertx.core.http.HttpMethod;

/**
 * What can be asked for by HTTP.
 *
 * @param path as the router has it, {@code /v2/models/:model}
 * @param rpc full name of gRPC's method for the same: whoever may call that may ask for this
 */
record Operation(HttpMethod method, String path, String rpc, ErrorFormat errors) {
  private static final String UNKNOWN = "-";
  private static final String OPEN_INFERENCE = "inference.GRPCInferenceService/";
  private static final String OURS = "parallax.embedding.v1.EmbeddingService/";

  Operation {
    requireNonNull(method, "method is null");
    requireNonNull(path, "path is null");
    requireNonNull(rpc, "rpc is null");
    requireNonNull(errors, "errors is null");
  }

  static Operation openInference(HttpMethod method, String path, String rpc) {
    return new Operation(method, path, OPEN_INFERENCE + rpc, ErrorFormat.OPEN_INFERENCE);
  }

  static Operation openAi(HttpMethod method, String path, String rpc) {
    return new Operation(method, path, OURS + rpc, ErrorFormat.OPENAI);
  }

  /** What is none of these. */
  static Operation unknown(ErrorFormat errors) {
    return new Operation(HttpMethod.GET, UNKNOWN, UNKNOWN, errors);
  }

  /** For the access log; never what a caller made up. */
  String label() {
    return path.equals(UNKNOWN) ? UNKNOWN : method.name() + ":" + path;
  }
}
