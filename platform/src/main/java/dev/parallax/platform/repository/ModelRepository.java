package dev.parallax.platform.repository;

import dev.parallax.model.v1.Aliases;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.names.Names;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Models on disk: {@code <root>/<model>/<version>/{model.onnx, manifest.json}}, with {@code
 * <root>/<model>/config.pbtxt} for Triton and {@code aliases.json}. A version appears whole, never
 * changes and is told apart from damage by its sha256. Entries whose names begin with a dot are not
 * models. Thread-safe, also against other processes on the same directory.
 */
public final class ModelRepository {
  static final String ONNX_FILE = "model.onnx";
  static final String MANIFEST_FILE = "manifest.json";
  static final String STAGING = ".staging";
  static final String TRITON_FILE = "config.pbtxt";

  private static final String ALIASES_FILE = "aliases.json";

  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

  private final Path root;

  /**
   * @param root need not exist yet; an absent one holds no models
   */
  public ModelRepository(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  public Path root() {
    return root;
  }

  /** Names of the models that have a version, in alphabetical order. */
  public List<String> models() {
    return entries(root).stream()
        .filter(Names::isModel)
        .filter(model -> !versions(model).isEmpty())
        .sorted()
        .toList();
  }

  /**
   * Versions whose files are both there, ascending; empty when there is no such model.
   *
   * @throws RequestException INVALID_ARGUMENT when {@code model} is no name
   */
  public List<Long> versions(String model) {
    Path directory = root.resolve(Names.model("model", model));
    return numbered(directory).stream()
        .filter(version -> isComplete(directory.resolve(Long.toString(version))))
        .sorted()
        .toList();
  }

  /**
   * @throws RequestException INVALID_ARGUMENT for a name or number that cannot be, NOT_FOUND, or
   *     FAILED_PRECONDITION when the manifest is damaged or the version lies outside the repository
   */
  public StoredModel read(String model, long version) {
    Names.model("model", model);
    if (version < 1) {
      throw RequestException.invalid("version", version, "1 or more");
    }
    String label = model + "/" + version;
    Path directory = root.resolve(model).resolve(Long.toString(version));
    if (!isComplete(directory)) {
      throw RequestException.notFound("model " + label);
    }
    try {
      refuseEscape(directory.resolve(MANIFEST_FILE));
      refuseEscape(directory.resolve(ONNX_FILE));
      return new StoredModel(
          Manifests.read(directory.resolve(MANIFEST_FILE), model, version), directory);
    } catch (NoSuchFileException e) {
      throw RequestException.notFound("model " + label);
    } catch (IOException e) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "manifest of " + label + " is not readable: " + e.getMessage(),
          e);
    }
  }

  /**
   * Compares model.onnx with its manifest, size first.
   *
   * @throws RequestException FAILED_PRECONDITION when it differs or cannot be read
   */
  public void verify(StoredModel model) {
    Manifest manifest = model.manifest();
    try {
      long size = Files.size(model.onnx());
      if (size != manifest.getSizeBytes()) {
        throw damaged(
            model, "it has " + size + " bytes, its manifest says " + manifest.getSizeBytes());
      }
      if (!Digests.sha256(model.onnx()).equals(manifest.getSha256())) {
        throw damaged(model, "its sha256 is not the manifest's");
      }
    } catch (IOException e) {
      throw damaged(model, "it cannot be read: " + e.getMessage());
    }
  }

  /**
   * Publishes a copy of {@code onnx} as the next version of {@code draft.model}. Fills version,
   * sha256, size_bytes and create_time. The version is visible only when every byte of it is on the
   * disk; a failure leaves nothing behind.
   *
   * @throws RequestException INVALID_ARGUMENT for a draft that is no manifest; RESOURCE_EXHAUSTED
   *     when the disk is full; FAILED_PRECONDITION when the repository cannot be written
   */
  public StoredModel publish(Manifest draft, Path onnx) {
    Names.model("model", draft.getModel());
    if (draft.getEmbeddingSize() < 1) {
      throw RequestException.invalid("embedding_size", draft.getEmbeddingSize(), "1 or more");
    }
    return new Publication(this, draft, onnx).run();
  }

  /** Where the aliases of a model are stored. */
  public Path aliasFile(String model) {
    return root.resolve(Names.model("model", model)).resolve(ALIASES_FILE);
  }

  /**
   * The aliases of a model; none when it has no file of them.
   *
   * @throws RequestException FAILED_PRECONDITION when the file is damaged
   */
  public Aliases aliases(String model) {
    Path file = aliasFile(model);
    try {
      if (Files.exists(file)) {
        refuseEscape(file);
      }
      return AliasFile.read(file);
    } catch (IOException e) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          ALIASES_FILE + " of " + model + " is not readable: " + e.getMessage(),
          e);
    }
  }

  /**
   * @throws RequestException INVALID_ARGUMENT for aliases that cannot be stored
   */
  public static void checkAliases(Aliases aliases) {
    AliasFile.checked(aliases);
  }

  /**
   * Replaces the aliases of a model in one step: readers see the old ones or the new ones.
   *
   * @throws RequestException INVALID_ARGUMENT for aliases that cannot be; NOT_FOUND when there is
   *     no such model; FAILED_PRECONDITION when the repository cannot be written
   */
  public void writeAliases(String model, Aliases aliases) {
    Path file = aliasFile(model);
    checkAliases(aliases);
    if (!Files.isDirectory(file.getParent())) {
      throw RequestException.notFound("model " + model);
    }
    try {
      replace(file, AliasFile.json(aliases));
    } catch (IOException e) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "%s of %s cannot be written: %s %s"
              .formatted(ALIASES_FILE, model, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Readers see the old file or the new one, whole. */
  void replace(Path file, byte[] bytes) throws IOException {
    Path aside = root.resolve(STAGING).resolve(file.getFileName() + "-" + UUID.randomUUID());
    Files.createDirectories(aside.getParent());
    try {
      Durable.write(aside, bytes);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
    Durable.force(file.getParent());
  }

  /**
   * A version that has a model.onnx but no manifest.json, as in a repository of Triton alone; the
   * newest of them.
   *
   * @throws RequestException INVALID_ARGUMENT when {@code model} is no name
   */
  public OptionalLong versionWithoutManifest(String model) {
    Path directory = root.resolve(Names.model("model", model));
    return numbered(directory).stream()
        .filter(
            version -> {
              Path files = directory.resolve(Long.toString(version));
              return Files.isRegularFile(files.resolve(ONNX_FILE))
                  && !Files.exists(files.resolve(MANIFEST_FILE));
            })
        .mapToLong(Long::longValue)
        .max();
  }

  /** One more than the largest number that is taken, whether or not that version is complete. */
  long nextVersion(String model) {
    return numbered(root.resolve(model)).stream().mapToLong(Long::longValue).max().orElse(0) + 1;
  }

  private static RequestException damaged(StoredModel model, String why) {
    return RequestException.of(
        Kind.FAILED_PRECONDITION,
        ONNX_FILE
            + " of "
            + model.label()
            + " is damaged: "
            + why
            + "; restore it or delete "
            + model.directory());
  }

  private static boolean isComplete(Path directory) {
    return Files.isRegularFile(directory.resolve(ONNX_FILE))
        && Files.isRegularFile(directory.resolve(MANIFEST_FILE));
  }

  private void refuseEscape(Path file) throws IOException {
    if (!file.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException(file + " is a link that leaves the repository");
    }
  }

  private static List<Long> numbered(Path directory) {
    return entries(directory).stream()
        .filter(name -> VERSION.matcher(name).matches())
        .map(Long::valueOf)
        .toList();
  }

  private static List<String> entries(Path directory) {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      List<String> names = new ArrayList<>();
      stream.forEach(path -> names.add(path.getFileName().toString()));
      return names;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw RequestException.of(
          Kind.FAILED_PRECONDITION,
          "the model repository " + directory + " cannot be read: " + e.getMessage(),
          e);
    }
  }
}
