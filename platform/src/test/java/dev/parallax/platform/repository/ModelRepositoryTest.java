package dev.parallax.platform.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
  private static final Manifest DRAFT =
      Manifest.newBuilder().setModel("m").setEmbeddingSize(8).setSeed(7).build();

  @TempDir Path directory;
  private Path root;
  private ModelRepository repository;
  private Path onnx;

  @BeforeEach
  void setUp() throws IOException {
    root = directory.resolve("models");
    repository = new ModelRepository(root);
    onnx = Files.write(directory.resolve("exported.onnx"), new byte[] {1, 2, 3});
  }

  @Test
  void absentRoot_isEmpty() {
    assertThat(repository.models()).isEmpty();
    assertThat(repository.versions("m")).isEmpty();
  }

  @Test
  void publish_makesAVersionThatReadsAndVerifies() {
    StoredModel published = repository.publish(DRAFT, onnx);
    assertThat(published.label()).isEqualTo("m/1");
    assertThat(published.manifest().getSizeBytes()).isEqualTo(3);
    assertThat(published.manifest().getSha256())
        .isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    StoredModel read = repository.read("m", 1);
    assertThat(read).isEqualTo(published);
    repository.verify(read);
    assertThat(repository.models()).containsExactly("m");
    assertThat(onnx).exists();
  }

  @Test
  void publish_countsVersionsUpAndLeavesNoStaging() throws IOException {
    repository.publish(DRAFT, onnx);
    repository.publish(DRAFT, onnx);
    Files.createDirectories(root.resolve("m/7"));
    assertThat(repository.publish(DRAFT, onnx).manifest().getVersion()).isEqualTo(8);
    assertThat(repository.versions("m")).containsExactly(1L, 2L, 8L);
    assertThat(root.resolve(".staging")).isEmptyDirectory();
    assertThat(repository.models()).containsExactly("m");
  }

  @Test
  void concurrentPublishers_eachGetAVersionOfTheirOwn() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Callable<Long>> publishers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        publishers.add(
            () -> new ModelRepository(root).publish(DRAFT, onnx).manifest().getVersion());
      }
      List<Long> versions = new ArrayList<>();
      for (Future<Long> version : executor.invokeAll(publishers)) {
        versions.add(version.get());
      }
      assertThat(versions)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 24).boxed().toList());
    }
    for (long version : repository.versions("m")) {
      repository.verify(repository.read("m", version));
    }
  }

  @Test
  void fullDisk_isOneLineWithBytesAndLeavesNothing() throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    try (RandomAccessFile sparse = new RandomAccessFile(onnx.toFile(), "rw")) {
      sparse.setLength(free + (1L << 30));
    }
    RequestException e =
        catchThrowableOfType(RequestException.class, () -> repository.publish(DRAFT, onnx));
    assertThat(e.kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
    assertThat(e)
        .hasMessageMatching(
            "the disk of .*models is full: model m needs \\d+ bytes, \\d+ are free;.*");
    assertThat(repository.models()).isEmpty();
    assertThat(root.resolve(".staging")).isEmptyDirectory();
  }

  @Test
  void failureInTheMiddle_leavesNothing() throws IOException {
    Path unreadable = Files.createDirectory(directory.resolve("not-a-file"));
    assertThatThrownBy(() -> repository.publish(DRAFT, unreadable))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("model m cannot be published to");
    assertThat(root.resolve(".staging")).isEmptyDirectory();
    assertThat(root.resolve("m")).doesNotExist();
  }

  @Test
  void emptyModel_isRefused() throws IOException {
    Files.write(onnx, new byte[0]);
    assertThatThrownBy(() -> repository.publish(DRAFT, onnx)).hasMessageContaining("is empty");
    assertThat(repository.versions("m")).isEmpty();
  }

  @Test
  void incompleteVersion_isInvisible() throws IOException {
    repository.publish(DRAFT, onnx);
    Files.delete(root.resolve("m/1/manifest.json"));
    assertThat(repository.versions("m")).isEmpty();
    assertThat(repository.models()).isEmpty();
    assertThatThrownBy(() -> repository.read("m", 1)).hasMessage("there is no model m/1");
  }

  @Test
  void halvedModel_isFoundBySize() throws IOException {
    StoredModel model = repository.publish(DRAFT, onnx);
    Files.write(model.onnx(), new byte[] {1});
    assertThatThrownBy(() -> repository.verify(model))
        .hasMessageStartingWith(
            "model.onnx of m/1 is damaged: it has 1 bytes, its manifest says 3; restore it");
  }

  @Test
  void changedByte_isFoundByDigest() throws IOException {
    StoredModel model = repository.publish(DRAFT, onnx);
    Files.write(model.onnx(), new byte[] {1, 2, 4});
    assertThatThrownBy(() -> repository.verify(model)).hasMessageContaining("its sha256 is not");
  }

  @Test
  void damagedManifest_saysWhatIsWrong() throws IOException {
    Path manifest = repository.publish(DRAFT, onnx).directory().resolve("manifest.json");
    String good = Files.readString(manifest);
    assertRefused(manifest, "{\"model\": ", "it is not a manifest in JSON");
    assertRefused(
        manifest, good.replace("\"m\"", "\"n\""), "model is \"n\" but its directory is m");
    assertRefused(
        manifest, good.replaceFirst("\"version\": \"1\"", "\"version\": \"2\""), "version is 2");
    assertRefused(manifest, good.replaceFirst("[0-9a-f]{64}", "abc"), "sha256 is not 64");
    assertRefused(
        manifest,
        good.replaceFirst("\"sizeBytes\": \"3\"", "\"sizeBytes\": \"0\""),
        "size_bytes is 0");
    assertRefused(
        manifest,
        good.replaceFirst("\"embeddingSize\": 8", "\"embeddingSize\": -8"),
        "embedding_size is -8");
    assertRefused(manifest, " ".repeat((1 << 20) + 1), "more than 1048576 bytes");
    Files.writeString(manifest, good.replaceFirst("\\{", "{\"fieldOfANewerVersion\": 1, "));
    assertThat(repository.read("m", 1).manifest().getSeed()).isEqualTo(7);
  }

  private void assertRefused(Path manifest, String json, String why) throws IOException {
    Files.writeString(manifest, json);
    RequestException e =
        catchThrowableOfType(RequestException.class, () -> repository.read("m", 1));
    assertThat(e.kind()).isEqualTo(Kind.FAILED_PRECONDITION);
    assertThat(e)
        .hasMessageStartingWith("manifest of m/1 is not readable: ")
        .hasMessageContaining(why);
    assertThat(e.getMessage()).doesNotContain("\n");
  }

  @Test
  void names_cannotLeaveTheRepository() {
    for (String name : List.of("..", "../m", "/etc", "m/1", ".staging")) {
      assertThatThrownBy(() -> repository.versions(name)).isInstanceOf(RequestException.class);
      assertThatThrownBy(() -> repository.read(name, 1)).isInstanceOf(RequestException.class);
      assertThatThrownBy(() -> repository.publish(DRAFT.toBuilder().setModel(name).build(), onnx))
          .isInstanceOf(RequestException.class);
    }
    assertThatThrownBy(() -> repository.read("m", 0))
        .hasMessage("version is 0; allowed: 1 or more");
  }

  @Test
  void linkOutOfTheRepository_isRefused() throws IOException {
    Path outside = new ModelRepository(directory.resolve("other")).publish(DRAFT, onnx).directory();
    Files.createDirectories(root.resolve("m"));
    Files.createSymbolicLink(root.resolve("m/1"), outside);
    assertThatThrownBy(() -> repository.read("m", 1)).hasMessageContaining("leaves the repository");
  }

  @Test
  void repository_thatCannotBeWritten_saysSo() throws IOException {
    Files.writeString(root, "a file where the repository should be");
    assertThatThrownBy(() -> repository.publish(DRAFT, onnx))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("cannot be published to " + root);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }
}
