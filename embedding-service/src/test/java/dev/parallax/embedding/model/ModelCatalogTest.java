package dev.parallax.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.embedding.model.VersionState.Available;
import dev.parallax.embedding.model.VersionState.Failed;
import dev.parallax.embedding.model.VersionState.Ready;
import dev.parallax.embedding.monitor.ServingMonitor;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCatalogTest {
  private static final TinyModel TINY = new TinyModel(8, 4, 1);

  @TempDir Path root;
  private TestRepository repository;
  private ModelCatalog catalog;

  @BeforeEach
  void open() {
    repository = new TestRepository(root);
    OnnxRuntime runtime = new OnnxRuntime(RuntimeSettings.defaults());
    CatalogContents contents =
        new CatalogContents(
            repository.models(),
            repository.loader(runtime),
            ModelControl.poll(),
            new CatalogLimits(2, 1),
            ServingMonitor.silent());
    catalog = new ModelCatalog(contents, Executors.newSingleThreadScheduledExecutor());
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void version0_isTheNewestThatIsReady() {
    repository.publish("m", TINY);
    repository.publish("m", TINY);
    catalog.refresh().join();

    try (ModelLease lease = catalog.lease("m", 0).join()) {
      assertThat(lease.model().version()).isEqualTo(2);
      assertThat(lease.model().signature().outputs())
          .containsEntry("embedding", 4)
          .containsEntry("projection", 4);
    }
  }

  @Test
  void aVersionPublishedSinceTheLastLook_isFoundByItsFirstCall() {
    catalog.refresh().join();
    repository.publish("m", TINY);

    try (ModelLease lease = catalog.lease("m", 1).join()) {
      assertThat(lease.model().version()).isEqualTo(1);
    }
  }

  @Test
  void aFileCutInHalf_fails_andTheOlderVersionServes() throws IOException {
    repository.publish("m", TINY);
    StoredModel broken = repository.publish("m", TINY);
    byte[] whole = Files.readAllBytes(broken.onnx());
    Files.write(broken.onnx(), java.util.Arrays.copyOf(whole, whole.length / 2));
    catalog.refresh().join();

    assertThat(catalog.snapshot().find("m", 2).orElseThrow().state())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.reason()).contains("damaged"));
    try (ModelLease lease = catalog.lease("m", 0).join()) {
      assertThat(lease.model().version()).isEqualTo(1);
    }
    assertRefused(() -> catalog.lease("m", 2).join(), Kind.FAILED_PRECONDITION, "damaged");
  }

  @Test
  void aLoadedVersionWhoseFileIsDamagedLater_goesOnServing() throws IOException {
    StoredModel stored = repository.publish("m", TINY);
    catalog.refresh().join();
    Files.write(stored.onnx(), new byte[10]);
    catalog.refresh().join();

    try (ModelLease lease = catalog.lease("m", 1).join()) {
      assertThat(lease.model().version()).isEqualTo(1);
    }
  }

  @Test
  void aRepairedVersion_isLoadedAtTheNextLook() throws IOException {
    StoredModel stored = repository.publish("m", TINY);
    byte[] whole = Files.readAllBytes(stored.onnx());
    Files.write(stored.onnx(), new byte[10]);
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 1).orElseThrow().state()).isInstanceOf(Failed.class);

    Files.write(stored.onnx(), whole);
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 1).orElseThrow().state()).isInstanceOf(Ready.class);
  }

  @Test
  void manifestsThatLie_areRefused() {
    assertRejected(m -> m.setEmbeddingSize(5), "embedding_size is 5 but the model's is 4");
    assertRejected(
        m ->
            m.setPreprocessing(
                m.getPreprocessing().toBuilder().setImageSize(16).setResizeShorterSide(16)),
        "[-1, 16, 16, 3]");
    assertRejected(m -> m.clearPreprocessing(), "image_size is 0");
    assertRejected(m -> m.removeOutputs(1), "outputs are [embedding]");
    assertRejected(m -> m.setInputs(0, m.getInputs(0).toBuilder().setDatatype("FP32")), "FLOAT");
    assertRejected(m -> m.setOutputs(0, m.getOutputs(0).toBuilder().setShape(1, 7)), "[-1, 7]");
  }

  @Test
  void aFileThatIsNoModel_isRefused() {
    repository.publish(
        TestRepository.manifest("m", TINY),
        "not a model at all".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 1).orElseThrow().state())
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.reason())
                    .startsWith("model.onnx is refused: it is not an ONNX file"));
  }

  @Test
  void aModelWhoseNumbersAreNotFinite_isRefused() {
    // 1e38-sized weights overflow to infinity
    byte[] onnx = new TinyModel(8, 4, 1).onnx();
    byte[] two = {0, 0, 0, 64};
    byte[] infinity = {0, 0, (byte) 128, 127};
    repository.publish(TestRepository.manifest("m", TINY), replaced(onnx, two, infinity));
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 1).orElseThrow().state())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.reason()).contains("allowed: finite numbers"));
  }

  @Test
  void manifestsThatAreNotTheirFiles_areRefused() throws IOException {
    assertManifestRefused(
        json -> json.replaceAll("\"sha256\": \"....", "\"sha256\": \"0000"),
        "model.onnx of m/1 is damaged: its sha256 is not the manifest's; restore it or delete "
            + root.resolve("m/1"));
    assertManifestRefused(
        json -> json.replace("\"sizeBytes\": \"1450\"", "\"sizeBytes\": \"1451\""),
        "model.onnx of m/1 is damaged: it has 1450 bytes, its manifest says 1451; restore it or"
            + " delete "
            + root.resolve("m/1"));
    assertManifestRefused(
        json -> json.replace("\"sizeBytes\": \"1450\"", "\"sizeBytes\": \"0\""),
        "manifest of m/1 is not readable: size_bytes is 0; allowed: 1 or more");
    assertManifestRefused(
        json -> json.replace("\"model\": \"m\"", "\"model\": \"../m\""),
        "manifest of m/1 is not readable: model is \"../m\" but its directory is m");
    assertManifestRefused(
        json -> json.replace("\"version\": \"1\"", "\"version\": \"2\""),
        "manifest of m/1 is not readable: version is 2 but its directory is 1");
    assertManifestRefused(json -> "", "manifest of m/1 is not readable: ");
    assertManifestRefused(
        json -> "no json", "manifest of m/1 is not readable: it is not a manifest in JSON: ");
    assertManifestRefused(
        json -> "{\"x\": " + "[".repeat(500_000),
        "manifest of m/1 is not readable: it is not a manifest in JSON: ");
    assertManifestRefused(
        json -> json + " ".repeat(1 << 20),
        "manifest of m/1 is not readable: it has more than 1048576 bytes");
  }

  private void assertManifestRefused(UnaryOperator<String> lie, String reason) throws IOException {
    if (Files.exists(root.resolve("m"))) {
      TestRepository.delete(root.resolve("m"));
      catalog.refresh().join();
    }
    StoredModel stored = repository.publish("m", TINY);
    Path manifest = stored.directory().resolve("manifest.json");
    String honest = Files.readString(manifest);
    Files.writeString(manifest, lie.apply(honest));
    assertThat(manifest).content().isNotEqualTo(honest);
    catalog.refresh().join();
    assertThat(catalog.snapshot().find("m", 1).orElseThrow().state())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.reason()).startsWith(reason).doesNotContain("\n"));
  }

  @Test
  void linksThatLeaveTheRepository_areRefused() throws IOException {
    Path outside = Files.createDirectory(root.resolveSibling(root.getFileName() + "-outside"));
    try {
      StoredModel elsewhere = new TestRepository(outside).publish("m", TINY);
      Files.createDirectories(root.resolve("m"));
      Files.createSymbolicLink(root.resolve("m/1"), elsewhere.directory());
      StoredModel stored = repository.publish("m", TINY);
      Files.delete(stored.onnx());
      Files.createSymbolicLink(stored.onnx(), elsewhere.onnx());
      Files.createSymbolicLink(root.resolve("n"), outside.resolve("m"));
      catalog.refresh().join();

      assertFailed("m", 1, root.resolve("m/1/manifest.json"));
      assertFailed("m", 2, root.resolve("m/2/model.onnx"));
      assertFailed("n", 1, root.resolve("n/1/manifest.json"));
    } finally {
      TestRepository.delete(outside);
    }
  }

  @Test
  void aModelWithoutItsManifest_isNotServed_andSaysSo() throws IOException {
    StoredModel stored = repository.publish("m", TINY);
    Files.delete(stored.directory().resolve("manifest.json"));
    catalog.refresh().join();
    assertRefused(
        () -> catalog.lease("m", 0).join(),
        Kind.FAILED_PRECONDITION,
        "model m/1 has no manifest.json, which says how images are prepared; publish it with"
            + " Parallax or write one");
  }

  private void assertFailed(String model, long version, Path link) {
    assertThat(catalog.snapshot().find(model, version).orElseThrow().state())
        .isEqualTo(
            new Failed(
                "manifest of %s/%d is not readable: %s is a link that leaves the repository"
                    .formatted(model, version, link)));
  }

  private static byte[] replaced(byte[] in, byte[] from, byte[] to) {
    byte[] out = in.clone();
    for (int i = 0; i + from.length <= in.length; i++) {
      if (java.util.Arrays.equals(in, i, i + from.length, from, 0, from.length)) {
        System.arraycopy(to, 0, out, i, to.length);
      }
    }
    return out;
  }

  @Test
  void olderVersions_areLoadedOnDemand_andTheLeastUsedGivesWay() {
    for (int i = 0; i < 5; i++) {
      repository.publish("m", TINY);
    }
    catalog.refresh().join();
    assertStates("RRAAA");

    catalog.lease("m", 1).join().close();
    assertStates("RRAAR");
    catalog.lease("m", 2).join().close();
    assertStates("RRARA");
  }

  private void assertStates(String newestFirst) {
    StringBuilder states = new StringBuilder();
    for (VersionEntry entry : catalog.snapshot().versions("m")) {
      states.append(
          entry.state() instanceof Ready ? 'R' : entry.state() instanceof Available ? 'A' : '?');
    }
    assertThat(states).hasToString(newestFirst);
  }

  @Test
  void aRetiredVersion_closesWithItsLastLease() {
    StoredModel stored = repository.publish("m", TINY);
    catalog.refresh().join();
    ModelLease lease = catalog.lease("m", 0).join();
    boolean[] closed = {false};
    lease.model().onClose(() -> closed[0] = true);

    TestRepository.delete(stored.directory());
    catalog.refresh().join();
    assertThat(catalog.snapshot().models()).isEmpty();
    assertThat(closed[0]).isFalse();
    lease.close();
    assertThat(closed[0]).isTrue();
    assertRefused(() -> catalog.lease("m", 0).join(), Kind.NOT_FOUND, "there is no model m");
  }

  @Test
  void aRepositoryThatGoesAway_takesNothingDown() throws IOException {
    repository.publish("m", TINY);
    catalog.refresh().join();
    Path aside = root.resolveSibling(root.getFileName() + "-aside");
    Files.move(root, aside);
    try {
      catalog.refresh().join();
      assertThat(catalog.problem())
          .hasValueSatisfying(problem -> assertThat(problem).contains("not a directory"));
      catalog.lease("m", 0).join().close();
    } finally {
      Files.move(aside, root);
    }
    catalog.refresh().join();
    assertThat(catalog.problem()).isEmpty();
  }

  @Test
  void namesThatLeaveTheRepository_areRefused() {
    for (String name :
        new String[] {"..", "../m", "m/../../etc", "/etc/passwd", "m\0", "", "M", "a".repeat(64)}) {
      assertRefused(() -> catalog.lease(name, 0).join(), Kind.INVALID_ARGUMENT, "model.model");
    }
    assertRefused(() -> catalog.lease("m", -1).join(), Kind.INVALID_ARGUMENT, "model.version");
  }

  @Test
  void anAbsentVersion_isNamedWithThoseThatAreThere() {
    repository.publish("m", TINY);
    catalog.refresh().join();
    assertRefused(
        () -> catalog.lease("m", 7).join(), Kind.NOT_FOUND, "version 7 of model m; there is 1");
    assertRefused(() -> catalog.lease("x", 0).join(), Kind.NOT_FOUND, "there is m");
  }

  private void assertRejected(UnaryOperator<Manifest.Builder> lie, String reason) {
    StoredModel stored =
        repository.publish(
            lie.apply(TestRepository.manifest("liar", TINY).toBuilder()).build(), TINY.onnx());
    catalog.refresh().join();
    assertThat(
            catalog.snapshot().find("liar", stored.manifest().getVersion()).orElseThrow().state())
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.reason()).contains(reason));
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Kind kind, String message) {
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
