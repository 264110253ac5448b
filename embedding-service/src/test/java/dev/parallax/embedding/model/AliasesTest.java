package dev.parallax.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AliasesTest {
  private static final TinyModel TINY = new TinyModel(8, 4, 1);

  @TempDir Path root;
  private TestRepository repository;
  private ModelCatalog catalog;

  @BeforeEach
  void open() {
    repository = new TestRepository(root);
    for (int i = 0; i < 5; i++) {
      repository.publish("m", TINY);
    }
    catalog = catalog();
    catalog.refresh().join();
  }

  private ModelCatalog catalog() {
    return new ModelCatalog(
        new CatalogContents(
            repository.models(),
            repository.loader(new OnnxRuntime(RuntimeSettings.defaults())),
            ModelControl.poll(),
            new CatalogLimits(1, 0),
            ServingMonitor.silent()),
        Executors.newSingleThreadScheduledExecutor());
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void stable_takesTheCallsThatNameNoVersion_andStaysOpen() {
    set("stable", 2, 0);
    assertThat(answering("m", 0)).isEqualTo(2);
    assertThat(answering("m@stable", 0)).isEqualTo(2);
    repository.publish("m", TINY);
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 2).orElseThrow().state()).isInstanceOf(Ready.class);
    assertThat(answering("m", 0)).isEqualTo(2);
    assertThat(answering("m", 6)).isEqualTo(6);
    assertThat(catalog.describe("m", 0).join().version()).isEqualTo(2);
  }

  @Test
  void rollback_isTheAliasMoved() {
    set("stable", 5, 0);
    assertThat(answering("m", 0)).isEqualTo(5);
    set("stable", 4, 0);
    assertThat(answering("m", 0)).isEqualTo(4);
  }

  @Test
  void canary_getsExactlyItsShareOfAnyHundredCalls() {
    set("stable", 4, 0);
    for (int percent : new int[] {0, 1, 7, 33, 50, 99, 100}) {
      set("canary", 5, percent);
      for (int hundred = 0; hundred < 3; hundred++) {
        int toCanary = 0;
        for (int call = 0; call < 100; call++) {
          toCanary += answering("m", 0) == 5 ? 1 : 0;
        }
        assertThat(toCanary).isEqualTo(percent);
      }
    }
  }

  @Test
  void aRoutingKey_alwaysGetsTheSameSide_andKeepsItWhileTheShareGrows() {
    set("stable", 4, 0);
    set("canary", 5, 20);
    int toCanary = 0;
    for (int user = 0; user < 2000; user++) {
      String key = "user-" + user;
      set20Then60(key);
      toCanary += answering(key) == 5 ? 1 : 0;
    }
    assertThat(toCanary).isBetween(330, 470);
  }

  private void set20Then60(String key) {
    ModelAliases small = ModelAliases.NONE.with(new ModelAlias("canary", 5, 20));
    ModelAliases large = small.with(new ModelAlias("canary", 5, 60));
    assertThat(small.canaryVersion(key, 0)).isEqualTo(small.canaryVersion(key, 17));
    if (small.canaryVersion(key, 0).isPresent()) {
      assertThat(large.canaryVersion(key, 0)).isPresent();
    }
  }

  private long answering(String key) {
    try (ModelLease lease = catalog.lease(ModelQuery.of("m", 0, "", key)).join()) {
      return lease.model().version();
    }
  }

  @Test
  void anAlias_neverPointsToAVersionThatCannotServe() throws IOException {
    set("stable", 4, 0);
    StoredModel broken = repository.publish("m", TINY);
    Files.write(broken.onnx(), new byte[] {1});
    assertRefused(
        () -> set("stable", 6, 0),
        Kind.FAILED_PRECONDITION,
        "model m/6 cannot serve: model.onnx of m/6 is damaged");
    assertRefused(
        () -> set("stable", 9, 0),
        Kind.NOT_FOUND,
        "there is no version 9 of model m; there are 6, 5, 4, 3, 2, 1");
    assertThat(answering("m", 0)).isEqualTo(4);
    assertThat(answering("m@stable", 0)).isEqualTo(4);
  }

  @Test
  void aCanaryThatIsGone_costsNoCall_butAStableThatIsGoneIsTold() {
    set("stable", 4, 0);
    set("canary", 5, 100);
    TestRepository.delete(root.resolve("m/5"));
    catalog.refresh().join();
    assertThat(answering("m", 0)).isEqualTo(4);

    TestRepository.delete(root.resolve("m/4"));
    catalog.refresh().join();
    assertRefused(
        () -> catalog.lease("m", 0).join(),
        Kind.NOT_FOUND,
        "there is no version 4 of model m; there are 3, 2, 1");
  }

  @Test
  void aliasesThatAnotherInstanceWrote_holdAfterTheNextLook() {
    try (ModelCatalog other = catalog()) {
      other.setAlias("m", new ModelAlias("stable", 3, 0)).join();
    }
    assertThat(answering("m", 0)).isEqualTo(5);
    catalog.refresh().join();
    assertThat(answering("m", 0)).isEqualTo(3);
    catalog.deleteAlias("m", "stable").join();
    assertThat(answering("m", 0)).isEqualTo(5);
  }

  @Test
  void aDamagedFileOfAliases_leavesTheOldOnes_andWithoutThemRefusesRatherThanGuesses()
      throws IOException {
    set("stable", 3, 0);
    for (String json :
        new String[] {
          "",
          "{",
          "{\"aliases\": [{\"name\": \"stable\", \"version\": \"-1\"}]}",
          "{\"aliases\": [{\"name\": \"../x\", \"version\": \"1\"}]}",
          " ".repeat(70_000)
        }) {
      Files.writeString(root.resolve("m/aliases.json"), json);
      catalog.refresh().join();
      assertThat(answering("m", 0)).isEqualTo(3);
    }
    try (ModelCatalog fresh = catalog()) {
      fresh.refresh().join();
      assertRefused(
          () -> fresh.lease("m", 0).join(),
          Kind.FAILED_PRECONDITION,
          "aliases.json of m is not readable: it has more than 65536 bytes");
      fresh.lease("m", 5).join().close();
    }
  }

  @Test
  void whatCannotBe_isRefused() {
    assertRefused(
        () -> set("Stable", 1, 0), Kind.INVALID_ARGUMENT, "alias.name is \"Stable\"; allowed: ");
    assertRefused(
        () -> set("canary", 1, 101),
        Kind.INVALID_ARGUMENT,
        "alias.traffic_percent is 101; allowed: 0 to 100");
    assertRefused(
        () -> set("stable", 1, 10),
        Kind.INVALID_ARGUMENT,
        "alias.traffic_percent is 10; allowed: 0, except for canary");
    assertRefused(
        () -> set("stable", 0, 0), Kind.INVALID_ARGUMENT, "alias.version is 0; allowed: 1 or more");
    assertRefused(
        () -> catalog.lease("m@old", 0).join(),
        Kind.NOT_FOUND,
        "there is no alias old of model m; there are none");
    assertRefused(
        () -> catalog.lease("m@stable", 2).join(),
        Kind.INVALID_ARGUMENT,
        "model.version is 2; allowed: 0 beside the alias \"stable\"");
    assertRefused(
        () -> catalog.lease("m@../x", 0).join(), Kind.INVALID_ARGUMENT, "model.alias is \"../x\"");
    assertRefused(
        () -> catalog.deleteAlias("m", "old").join(),
        Kind.NOT_FOUND,
        "there is no alias old of model m; there are none");
    assertRefused(
        () -> catalog.setAlias("x", new ModelAlias("stable", 1, 0)).join(),
        Kind.NOT_FOUND,
        "there is no model x in the repository; there is m");
  }

  private void set(String alias, long version, int percent) {
    catalog.setAlias("m", new ModelAlias(alias, version, percent)).join();
  }

  private long answering(String model, long version) {
    try (ModelLease lease = catalog.lease(model, version).join()) {
      return lease.model().version();
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
