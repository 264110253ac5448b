package dev.parallax.platform.repository;

import com.google.protobuf.util.Timestamps;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Writes one version aside, forces it to the disk and moves it into place in one step. */
final class Publication {
  private static final Logger LOG = Logger.getLogger(Publication.class);
  private static final int MAX_ATTEMPTS = 100;
  private static final int CHUNK_BYTES = 1 << 20;

  private final ModelRepository repository;
  private final Manifest draft;
  private final Path source;
  private final Path staging;

  Publication(ModelRepository repository, Manifest draft, Path source) {
    this.repository = repository;
    this.draft = draft;
    this.source = source;
    this.staging =
        repository
            .root()
            .resolve(ModelRepository.STAGING)
            .resolve(draft.getModel() + "-" + UUID.randomUUID());
  }

  StoredModel run() {
    long needed = 0;
    try {
      needed = Files.size(source) + Manifests.MAX_BYTES;
      Files.createDirectories(staging);
      if (freeBytes() < needed) {
        throw full(needed, null);
      }
      Manifest sealed = copyAndSeal();
      return moveIntoPlace(sealed);
    } catch (IOException e) {
      throw isFull(e) ? full(needed, e) : unwritable(e);
    } finally {
      discard();
    }
  }

  private Manifest copyAndSeal() throws IOException {
    MessageDigest digest = Digests.sha256();
    long size = 0;
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(source);
        FileChannel out = Durable.newFile(staging.resolve(ModelRepository.ONNX_FILE))) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        Durable.writeFully(out, ByteBuffer.wrap(chunk, 0, n));
        size += n;
      }
      out.force(true);
    }
    if (size == 0) {
      throw RequestException.of(Kind.FAILED_PRECONDITION, source + " is empty and not published");
    }
    return draft.toBuilder()
        .setSha256(HexFormat.of().formatHex(digest.digest()))
        .setSizeBytes(size)
        .setCreateTime(Timestamps.now())
        .build();
  }

  private StoredModel moveIntoPlace(Manifest sealed) throws IOException {
    Path model = repository.root().resolve(sealed.getModel());
    Files.createDirectories(model);
    Durable.force(repository.root());
    writeTritonConfig(model, sealed);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long version = repository.nextVersion(sealed.getModel());
      Manifest manifest = sealed.toBuilder().setVersion(version).build();
      writeManifest(manifest);
      Path target = model.resolve(Long.toString(version));
      if (movedTo(target)) {
        Durable.force(model);
        return new StoredModel(manifest, target);
      }
    }
    throw new IOException("no version number was free in " + MAX_ATTEMPTS + " attempts");
  }

  private void writeTritonConfig(Path model, Manifest manifest) throws IOException {
    Optional<String> config = TritonConfig.of(manifest);
    Path file = model.resolve(ModelRepository.TRITON_FILE);
    if (config.isPresent()
        && !(Files.exists(file) && Files.readString(file).equals(config.get()))) {
      repository.replace(file, config.get().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void writeManifest(Manifest manifest) throws IOException {
    Path file = staging.resolve(ModelRepository.MANIFEST_FILE);
    Files.deleteIfExists(file);
    Durable.write(file, Manifests.json(manifest));
    Durable.force(staging);
  }

  /**
   * False when another publisher has taken the number: a version is never empty, so the rename
   * cannot replace it.
   */
  private boolean movedTo(Path target) throws IOException {
    try {
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      return false;
    } catch (FileSystemException e) {
      if (Files.exists(target)) {
        return false;
      }
      throw e;
    }
  }

  private void discard() {
    if (!Files.exists(staging)) {
      return;
    }
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(staging)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(staging);
    } catch (IOException e) {
      LOG.warnf("%s is left over and can be deleted: %s", staging, e.getMessage());
    }
  }

  private boolean isFull(IOException e) {
    String reason = String.valueOf(e.getMessage());
    try {
      return reason.contains("No space left")
          || reason.contains("quota exceeded")
          || (Files.isDirectory(staging) && freeBytes() < CHUNK_BYTES);
    } catch (IOException unknown) {
      LOG.debug("free space is not known", unknown);
      return false;
    }
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(staging).getUsableSpace();
  }

  private RequestException full(long needed, Throwable cause) {
    String free;
    try {
      free = Long.toString(freeBytes());
    } catch (IOException e) {
      free = "an unknown number";
    }
    return RequestException.of(
        Kind.RESOURCE_EXHAUSTED,
        "the disk of "
            + repository.root()
            + " is full: model "
            + draft.getModel()
            + " needs "
            + needed
            + " bytes, "
            + free
            + " are free; make room and train again",
        cause);
  }

  private RequestException unwritable(IOException e) {
    return RequestException.of(
        Kind.FAILED_PRECONDITION,
        "model "
            + draft.getModel()
            + " cannot be published to "
            + repository.root()
            + ": "
            + e.getClass().getSimpleName()
            + " "
            + e.getMessage(),
        e);
  }
}
