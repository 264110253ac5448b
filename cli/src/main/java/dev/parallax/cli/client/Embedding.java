package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import dev.parallax.embedding.v1.DeleteAliasRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ListAliasesRequest;
import dev.parallax.embedding.v1.ListModelsRequest;
import dev.parallax.embedding.v1.ListModelsResponse;
import dev.parallax.embedding.v1.Model;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.ModelState;
import dev.parallax.embedding.v1.SetAliasRequest;
import dev.parallax.model.v1.Alias;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The embedding service. Every method throws {@link CliException}. */
public final class Embedding implements AutoCloseable {
  private static final int PAGE = 200;
  private static final Duration POLL = Duration.ofMillis(200);

  private final Peer peer;
  private final EmbeddingServiceBlockingStub stub;

  public Embedding(Peer peer) {
    this.peer = peer;
    this.stub = EmbeddingServiceGrpc.newBlockingStub(peer.channel());
  }

  public Peer peer() {
    return peer;
  }

  public List<Model> models() {
    List<Model> models = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      ListModelsResponse page =
          peer.call(
              () ->
                  stub.listModels(
                      ListModelsRequest.newBuilder().setPageSize(PAGE).setPageToken(from).build()));
      models.addAll(page.getModelsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return models;
  }

  /**
   * @param version 0: the newest that is ready
   */
  public Model model(String name, long version) {
    ModelSelector selector = ModelSelector.newBuilder().setModel(name).setVersion(version).build();
    return peer.call(() -> stub.getModel(GetModelRequest.newBuilder().setModel(selector).build()));
  }

  /** By name. */
  public List<Alias> aliases(String model) {
    return peer.call(
        () ->
            stub.listAliases(ListAliasesRequest.newBuilder().setModel(model).build())
                .getAliasesList());
  }

  /**
   * Points an alias at a version.
   *
   * @param trafficPercent of canary, 0 to 100
   */
  public Alias setAlias(String model, String name, long version, int trafficPercent) {
    Alias alias =
        Alias.newBuilder()
            .setName(name)
            .setVersion(version)
            .setTrafficPercent(trafficPercent)
            .build();
    return peer.call(
        () -> stub.setAlias(SetAliasRequest.newBuilder().setModel(model).setAlias(alias).build()));
  }

  public void removeAlias(String model, String name) {
    var _ =
        peer.call(
            () ->
                stub.deleteAlias(
                    DeleteAliasRequest.newBuilder().setModel(model).setAlias(name).build()));
  }

  /**
   * Waits until a version takes calls.
   *
   * @throws CliException when it cannot be loaded, or has not appeared in time
   */
  public Model awaitReady(String name, long version, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      for (Model model : models()) {
        if (model.getManifest().getModel().equals(name)
            && model.getManifest().getVersion() == version) {
          switch (model.getState()) {
            case MODEL_STATE_READY, MODEL_STATE_AVAILABLE -> {
              return model;
            }
            case MODEL_STATE_FAILED ->
                throw CliException.failure(
                    "the embedding service cannot load "
                        + name
                        + "/"
                        + version
                        + ": "
                        + model.getReason());
            case MODEL_STATE_UNLOADED ->
                throw CliException.failure(
                    name
                        + "/"
                        + version
                        + " is not loaded in the embedding service, which loads models only on request");
            case MODEL_STATE_LOADING, MODEL_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
          }
        }
      }
      if (System.nanoTime() > deadline) {
        throw CliException.failure(
            name
                + "/"
                + version
                + " did not become ready in the embedding service within "
                + timeout.toSeconds()
                + " s; its log may tell why");
      }
      pause();
    }
  }

  /** {@code ready}. */
  public static String text(ModelState state) {
    return state.name().replace("MODEL_STATE_", "").toLowerCase(Locale.ROOT);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failure("interrupted", e);
    }
  }

  @Override
  public void close() {
    peer.close();
  }
}
