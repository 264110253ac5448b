package dev.parallax.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Loading;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.model.VersionState.Unloaded;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelControlTest {
  private static final TinyModel TINY = new TinyModel(8, 4, 1);

  @TempDir Path root;
  private TestRepository repository;
  private ModelCatalog catalog;

  @BeforeEach
  void publish() {
    repository = new TestRepository(root);
    repository.publish("m", TINY);
    repository.publish("m", TINY);
    repository.publish("m", TINY);
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void explicit_nothingOpensUntilItIsAskedFor() {
    open(ControlMode.EXPLICIT);
    catalog.refresh().join();
    assertThat(states("m")).isEqualTo("UUU");
    assertRefused(
        () -> catalog.lease("m", 0).join(),
        Kind.FAILED_PRECONDITION,
        "model m/3 is not loaded; load model m to call it");
    assertRefused(
        () -> catalog.lease("m", 2).join(),
        Kind.FAILED_PRECONDITION,
        "model m/2 is not loaded; load model m to call it");

    assertThat(catalog.load("m").join().version()).isEqualTo(3);
    assertThat(states("m")).isEqualTo("RRA");
    assertAnswers("m", 0, 3);
    assertAnswers("m", 1, 1);
  }

  @Test
  void explicit_aLookOpensNothingNew_andClosesNothingThatIsGone() {
    open(ControlMode.EXPLICIT);
    catalog.load("m").join();
    StoredModel later = repository.publish("m", TINY);
    TestRepository.delete(root.resolve("m/3"));
    catalog.refresh().join();
    assertThat(states("m")).isEqualTo("URRA");
    assertAnswers("m", 0, 3);

    catalog.load("m").join();
    assertThat(states("m")).isEqualTo("RRA");
    assertAnswers("m", 0, later.manifest().getVersion());
  }

  @Test
  void explicit_modelsOfTheStartList_openAsSoonAsTheyAppear() {
    open(ControlMode.EXPLICIT, "m", "late");
    catalog.refresh().join();
    assertThat(states("m")).isEqualTo("RRA");
    repository.publish("late", TINY);
    repository.publish("other", TINY);
    catalog.refresh().join();
    assertThat(states("late")).isEqualTo("R");
    assertThat(states("other")).isEqualTo("U");
  }

  @Test
  void poll_anUnloadedModel_staysUnloadedUntilItIsLoaded() {
    open(ControlMode.POLL);
    catalog.refresh().join();
    assertThat(catalog.unload("m").join().versions()).containsExactly(3L, 2L);
    catalog.refresh().join();
    assertThat(states("m")).isEqualTo("UUU");
    assertRefused(
        () -> catalog.lease("m", 0).join(), Kind.FAILED_PRECONDITION, "m/3 is not loaded");

    catalog.load("m").join();
    assertThat(states("m")).isEqualTo("RRA");
  }

  @Test
  void poll_anUnloadedModel_opensWhenItsFilesChange() {
    open(ControlMode.POLL);
    catalog.refresh().join();
    catalog.unload("m").join();
    repository.publish("m", TINY);
    catalog.refresh().join();
    assertThat(states("m")).isEqualTo("RRAA");
  }

  @Test
  void unload_lastsUntilTheLastLeaseIsClosed() {
    open(ControlMode.POLL);
    catalog.refresh().join();
    ModelLease lease = catalog.lease("m", 0).join();
    Unloading unloading = catalog.unload("m").join();
    // another task of the loader has run since
    catalog.refresh().join();
    assertThat(unloading.closed()).isNotDone();

    lease.close();
    unloading.closed().join();
    assertThat(lease.model().hold()).isFalse();
  }

  @Test
  void load_ofABadNewestVersion_saysWhy_andTheOlderOneServes() throws IOException {
    open(ControlMode.EXPLICIT);
    byte[] whole = Files.readAllBytes(root.resolve("m/3/model.onnx"));
    Files.write(root.resolve("m/3/model.onnx"), new byte[] {1});
    assertRefused(
        () -> catalog.load("m").join(),
        Kind.FAILED_PRECONDITION,
        "model m/3 cannot serve: model.onnx of m/3 is damaged: it has 1 bytes");
    assertRefused(() -> catalog.load("m").join(), Kind.FAILED_PRECONDITION, "; m/2 serves");
    assertAnswers("m", 0, 2);

    Files.write(root.resolve("m/3/model.onnx"), whole);
    assertThat(catalog.load("m").join().version()).isEqualTo(3);
    assertAnswers("m", 0, 3);
  }

  @Test
  void unknownModels_areNamed_andPathsRefused() {
    open(ControlMode.EXPLICIT);
    catalog.refresh().join();
    assertRefused(
        () -> catalog.load("x").join(),
        Kind.NOT_FOUND,
        "there is no model x in the repository; there is m");
    assertRefused(
        () -> catalog.unload("x").join(),
        Kind.NOT_FOUND,
        "there is no model x in the repository; there is m");
    for (String name : new String[] {"../m", "..", "m/1", "", "/etc"}) {
      assertRefused(() -> catalog.load(name).join(), Kind.INVALID_ARGUMENT, "model is ");
      assertRefused(() -> catalog.unload(name).join(), Kind.INVALID_ARGUMENT, "model is ");
    }
  }

  @Test
  void aStartList_goesWithExplicitControlOnly() {
    open(ControlMode.POLL);
    assertThatThrownBy(() -> new ModelControl(ControlMode.POLL, Set.of("m")))
        .hasMessage("load is [m]; allowed: nothing unless control is explicit");
  }

  private void open(ControlMode mode, String... atStart) {
    catalog =
        new ModelCatalog(
            new CatalogContents(
                repository.models(),
                repository.loader(new OnnxRuntime(RuntimeSettings.defaults())),
                new ModelControl(mode, Set.of(atStart)),
                new CatalogLimits(2, 1),
                ServingMonitor.silent()),
            Executors.newSingleThreadScheduledExecutor());
  }

  /** Newest first: Ready, Available, Unloaded, Failed, Loading. */
  private String states(String model) {
    StringBuilder states = new StringBuilder();
    for (VersionEntry entry : catalog.snapshot().versions(model)) {
      states.append(
          switch (entry.state()) {
            case Ready ready -> 'R';
            case Available() -> 'A';
            case Unloaded() -> 'U';
            case Failed failed -> 'F';
            case Loading() -> 'L';
          });
    }
    return states.toString();
  }

  private void assertAnswers(String model, long version, long answering) {
    try (ModelLease lease = catalog.lease(model, version).join()) {
      assertThat(lease.model().version()).isEqualTo(answering);
    }
  }

  private static void assertRefused(ThrowingCallable call, Kind kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e).hasMessageContaining(message);
            });
  }
}
