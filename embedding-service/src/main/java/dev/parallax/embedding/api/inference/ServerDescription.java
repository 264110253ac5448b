package dev.parallax.embedding.api.inference;

import static java.util.Objects.requireNonNull;

import dev.parallax.inference.ServerMetadataResponse;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the protocol tells of the server as a whole. */
public final class ServerDescription {
  private static final String NAME = "parallax";
  // as Triton names them; schedule_policy is priority and timeout
  private static final List<String> EXTENSIONS =
      List.of("model_configuration", "model_repository", "schedule_policy", "statistics");

  private final String version;
  private final BooleanSupplier ready;

  /**
   * @param version of the service
   * @param ready whether calls can be answered; runs nothing
   */
  public ServerDescription(String version, BooleanSupplier ready) {
    this.version = requireNonNull(version, "version is null");
    this.ready = requireNonNull(ready, "ready is null");
  }

  public boolean isReady() {
    return ready.getAsBoolean();
  }

  public ServerMetadataResponse metadata() {
    return ServerMetadataResponse.newBuilder()
        .setName(NAME)
        .setVersion(version)
        .addAllExtensions(EXTENSIONS)
        .build();
  }
}
