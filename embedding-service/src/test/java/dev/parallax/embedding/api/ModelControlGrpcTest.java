package dev.parallax.embedding.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.HotSwaps;
import dev.parallax.embedding.fixtures.ServedRepository;
import dev.parallax.embedding.fixtures.TestImages;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.v1.DeleteAliasRequest;
import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc.EmbeddingServiceBlockingStub;
import dev.parallax.embedding.v1.GetModelRequest;
import dev.parallax.embedding.v1.ListAliasesRequest;
import dev.parallax.embedding.v1.LoadModelRequest;
import dev.parallax.embedding.v1.ModelSelector;
import dev.parallax.embedding.v1.ModelState;
import dev.parallax.embedding.v1.SetAliasRequest;
import dev.parallax.embedding.v1.UnloadModelRequest;
import dev.parallax.model.v1.Alias;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.value.registry.ValueRegistry;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ServedRepository.class)
class ModelControlGrpcTest {
  private static final TinyModel MODEL = new TinyModel(8, 3, 7);

  @Inject ValueRegistry values;
  @Inject Gate gate;

  @ConfigProperty(name = "parallax.embedding.repository")
  Path root;

  private ManagedChannel channel;
  private EmbeddingServiceBlockingStub service;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", values.get(GrpcServer.GRPC_PORT))
            .usePlaintext()
            .build();
    service = EmbeddingServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void aModelIsUnloadedAndLoaded() {
    new TestRepository(root).publish("control", MODEL);
    assertThat(answering(selector("control"))).isEqualTo(1);
    assertThat(
            service
                .unloadModel(UnloadModelRequest.newBuilder().setModel("control").build())
                .getVersionsList())
        .containsExactly(1L);
    assertThat(
            service
                .getModel(GetModelRequest.newBuilder().setModel(selector("control")).build())
                .getState())
        .isEqualTo(ModelState.MODEL_STATE_UNLOADED);
    assertThatThrownBy(() -> answering(selector("control")))
        .hasMessage(
            "FAILED_PRECONDITION: model control/1 is not loaded; load model control to call it");
    assertThat(
            service.loadModel(LoadModelRequest.newBuilder().setModel("control").build()).getState())
        .isEqualTo(ModelState.MODEL_STATE_READY);
    assertThat(answering(selector("control"))).isEqualTo(1);
    assertThatThrownBy(
            () -> service.loadModel(LoadModelRequest.newBuilder().setModel("../etc").build()))
        .hasMessageStartingWith("INVALID_ARGUMENT: model is \"../etc\"; allowed: ");
    assertThatThrownBy(
            () -> service.unloadModel(UnloadModelRequest.newBuilder().setModel("gone").build()))
        .hasMessageStartingWith("NOT_FOUND: there is no model gone in the repository; there ");
  }

  @Test
  void aliasesMoveTheTraffic() {
    TestRepository repository = new TestRepository(root);
    repository.publish("aliased", MODEL);
    repository.publish("aliased", MODEL);
    Alias stable = alias("stable", 1, 0);
    assertThat(set(stable)).isEqualTo(stable);
    set(alias("canary", 2, 10));
    int canary = 0;
    for (int i = 0; i < 100; i++) {
      canary += answering(selector("aliased")) == 2 ? 1 : 0;
    }
    assertThat(canary).isEqualTo(10);
    ModelSelector keyed = selector("aliased").toBuilder().setRoutingKey("one user").build();
    assertThat(answering(keyed)).isEqualTo(answering(keyed));
    assertThat(answering(selector("aliased").toBuilder().setAlias("canary").build())).isEqualTo(2);
    assertThat(answering(selector("aliased@stable"))).isEqualTo(1);
    assertThat(
            service
                .listAliases(ListAliasesRequest.newBuilder().setModel("aliased").build())
                .getAliasesList())
        .containsExactly(alias("canary", 2, 10), stable);

    service.deleteAlias(
        DeleteAliasRequest.newBuilder().setModel("aliased").setAlias("canary").build());
    set(alias("stable", 2, 0));
    assertThat(answering(selector("aliased"))).isEqualTo(2);
    assertThatThrownBy(() -> set(alias("stable", 7, 0)))
        .hasMessage("NOT_FOUND: there is no version 7 of model aliased; there are 2, 1");
  }

  @Test
  void aHundredHotSwapsUnderLoad_failNoCall_andMixNoVersions() throws Exception {
    HotSwaps.Report report = new HotSwaps(channel, root, "swapped", 100, 8).run();
    assertThat(report.failures()).isEmpty();
    assertThat(report.wrong()).isEmpty();
    assertThat(report.answersByVersion()).hasSizeGreaterThan(50);
  }

  @Test
  void refusedCalls_leaveTheGate() {
    for (String name : new String[] {"../etc", "tiny@../x", "", "tiny@none"}) {
      assertThatThrownBy(() -> answering(selector(name))).isInstanceOf(RuntimeException.class);
      assertThatThrownBy(
              () -> service.getModel(GetModelRequest.newBuilder().setModel(selector(name)).build()))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(gate.calls()).isZero();
  }

  private long answering(ModelSelector model) {
    return service
        .embed(
            EmbedRequest.newBuilder()
                .setModel(model)
                .addImages(TestImages.raw(8, TestImages.pixels(8, 1)))
                .build())
        .getModel()
        .getVersion();
  }

  private Alias set(Alias alias) {
    return service.setAlias(
        SetAliasRequest.newBuilder().setModel("aliased").setAlias(alias).build());
  }

  private static ModelSelector selector(String model) {
    return ModelSelector.newBuilder().setModel(model).build();
  }

  private static Alias alias(String name, long version, int percent) {
    return Alias.newBuilder().setName(name).setVersion(version).setTrafficPercent(percent).build();
  }
}
