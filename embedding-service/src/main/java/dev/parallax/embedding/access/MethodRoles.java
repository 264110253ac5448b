package dev.parallax.embedding.access;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The role that each method needs, by its full name; a method that is not listed needs {@link
 * Role#ADMIN}, so that one which was forgotten is closed rather than open.
 */
public final class MethodRoles {
  private static final String OURS = "parallax.embedding.v1.EmbeddingService/";
  private static final String OPEN_INFERENCE = "inference.GRPCInferenceService/";
  private static final String HEALTH = "grpc.health.v1.Health/";
  private static final String REFLECTION = "grpc.reflection.";
  private static final Map<String, Role> ROLES = roles();

  private MethodRoles() {}

  /**
   * @param method full name, {@code package.Service/Method}
   * @return empty: anybody may call it
   */
  public static Optional<Role> needed(String method) {
    if (method.startsWith(HEALTH)) {
      return Optional.empty();
    }
    return Optional.of(
        method.startsWith(REFLECTION) ? Role.INFER : ROLES.getOrDefault(method, Role.ADMIN));
  }

  private static Map<String, Role> roles() {
    Map<String, Role> roles = new HashMap<>();
    for (String method :
        new String[] {"Embed", "EmbedStream", "ListModels", "GetModel", "ListAliases"}) {
      roles.put(OURS + method, Role.INFER);
    }
    for (String method :
        new String[] {
          "ServerLive",
          "ServerReady",
          "ServerMetadata",
          "ModelReady",
          "ModelMetadata",
          "ModelConfig",
          "ModelInfer",
          "ModelStreamInfer",
          "ModelStatistics",
          "RepositoryIndex"
        }) {
      roles.put(OPEN_INFERENCE + method, Role.INFER);
    }
    return Map.copyOf(roles);
  }
}
