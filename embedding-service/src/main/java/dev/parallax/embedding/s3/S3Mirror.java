package dev.parallax.embedding.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.embedding.s3.S3Versions.Version;
import dev.parallax.model.v1.Aliases;
import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Keeps a directory like a repository in S3. A version is complete when its manifest is there; it
 * is downloaded aside, compared with the size and sha256 of its manifest, and moved into place
 * whole. What cannot be fetched changes nothing: the directory goes on serving. For one thread.
 */
public final class S3Mirror {
  private static final Logger LOG = Logger.getLogger(S3Mirror.class);
  private static final int MAX_OBJECTS = 100_000;
  private static final int MAX_MANIFEST_BYTES = 1 << 20;
  private static final int MAX_ALIASES_BYTES = 1 << 16;

  private final S3Client s3;
  private final S3Location from;
  private final ModelRepository cache;
  private final long maxBytes;
  // what was fetched or found to be bad, by key, so that it is not fetched at every pass
  private final Map<String, String> seen = new HashMap<>();
  // what could not be fetched
  private final Map<String, String> told = new HashMap<>();
  private volatile boolean passed;
  private String problem = "";

  /**
   * @param cache directory that belongs to this mirror
   * @param maxBytes of the versions in it; the newest of every model come first
   */
  public S3Mirror(S3Client s3, S3Location from, ModelRepository cache, long maxBytes) {
    this.s3 = requireNonNull(s3, "s3 is null");
    this.from = requireNonNull(from, "from is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.maxBytes = maxBytes;
  }

  /**
   * Whether there is something to go by: the bucket was read once, or an earlier mirror is there.
   */
  public boolean isUsable() {
    return passed || !cache.models().isEmpty();
  }

  /** Makes the directory like the repository, as far as it can be reached. */
  public void update() {
    try {
      List<S3Object> objects = list();
      List<Version> kept = withinLimit(S3Versions.of(objects, from.prefix()));
      kept.forEach(this::fetch);
      removeOthers(kept);
      aliases(objects);
      passed = true;
      report("");
    } catch (SdkException | IOException | RequestException e) {
      report(from + " cannot be mirrored, what is here goes on serving: " + e.getMessage());
    }
  }

  private void report(String found) {
    if (!found.equals(problem)) {
      if (found.isEmpty()) {
        LOG.infof("%s can be read again", from);
      } else {
        LOG.warn(found);
      }
      problem = found;
    }
  }

  private List<S3Object> list() throws IOException {
    List<S3Object> objects = new ArrayList<>();
    for (S3Object object :
        s3.listObjectsV2Paginator(r -> r.bucket(from.bucket()).prefix(from.prefix())).contents()) {
      objects.add(object);
      if (objects.size() > MAX_OBJECTS) {
        throw new IOException("it has more than " + MAX_OBJECTS + " objects");
      }
    }
    return objects;
  }

  private List<Version> withinLimit(List<Version> newestFirst) {
    List<Version> kept = new ArrayList<>();
    long bytes = 0;
    for (Version version : newestFirst) {
      if (version.bytes() > maxBytes - bytes) {
        if (!version.stamp().equals(seen.put(version.label(), version.stamp()))) {
          LOG.warnf(
              "%s is not mirrored: it has %d bytes, of the %d that the cache may hold %d are taken",
              version.label(), version.bytes(), maxBytes, bytes);
        }
      } else {
        kept.add(version);
        bytes += version.bytes();
      }
    }
    return kept;
  }

  private void fetch(Version version) {
    if (version.stamp().equals(seen.get(version.label()))) {
      return;
    }
    Path aside = cache.root().resolve(".staging").resolve(UUID.randomUUID().toString());
    try {
      byte[] manifest = bytes(version.manifestKey(), MAX_MANIFEST_BYTES);
      Path target = directory(version.model(), version.version());
      Path known = target.resolve("manifest.json");
      if (!Files.exists(known) || !Arrays.equals(Files.readAllBytes(known), manifest)) {
        Files.createDirectories(aside);
        download(version, manifest, aside.resolve("model.onnx"));
        Files.write(aside.resolve("manifest.json"), manifest);
        install(aside, target);
        LOG.infof("mirrored %s from %s", version.label(), from);
      }
      seen.put(version.label(), version.stamp());
      told.remove(version.label());
    } catch (BadVersionException e) {
      LOG.warnf("%s is not mirrored: %s", version.label(), e.getMessage());
      seen.put(version.label(), version.stamp());
    } catch (SdkException | IOException e) {
      // tried again at every pass, told once
      if (!version.stamp().equals(told.put(version.label(), version.stamp()))) {
        LOG.warnf("%s is not mirrored yet: %s", version.label(), e.getMessage());
      }
    } finally {
      delete(aside);
    }
  }

  private void download(Version version, byte[] json, Path file)
      throws IOException, BadVersionException {
    Manifest.Builder manifest = Manifest.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(new String(json, UTF_8), manifest);
    } catch (InvalidProtocolBufferException e) {
      throw new BadVersionException("its manifest is no manifest in JSON: " + e.getMessage(), e);
    }
    long size = version.bytes() - json.length;
    if (manifest.getSizeBytes() != size) {
      throw new BadVersionException(
          "model.onnx has %d bytes, its manifest says %d".formatted(size, manifest.getSizeBytes()));
    }
    MessageDigest digest = sha256();
    try (InputStream in = object(version.onnxKey());
        OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      copy(in, out, size);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(manifest.getSha256())) {
      throw new BadVersionException("the sha256 of model.onnx is not its manifest's");
    }
  }

  private static void copy(InputStream in, OutputStream out, long size) throws IOException {
    byte[] chunk = new byte[1 << 16];
    long left = size;
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      left -= n;
      if (left < 0) {
        throw new IOException("more than the " + size + " bytes of the listing came");
      }
      out.write(chunk, 0, n);
    }
    if (left > 0) {
      throw new IOException(left + " of " + size + " bytes did not come");
    }
  }

  private InputStream object(String key) {
    return s3.getObject(r -> r.bucket(from.bucket()).key(key));
  }

  private byte[] bytes(String key, int max) throws IOException, BadVersionException {
    try (InputStream in = object(key)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new BadVersionException(key + " has more than " + max + " bytes");
      }
      return bytes;
    }
  }

  private void install(Path aside, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    if (Files.exists(target)) {
      remove(target);
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private void removeOthers(List<Version> kept) throws IOException {
    Set<String> labels = new HashSet<>();
    kept.forEach(version -> labels.add(version.label()));
    for (String model : cache.models()) {
      for (long version : cache.versions(model)) {
        String label = model + "/" + version;
        if (!labels.contains(label)) {
          seen.remove(label);
          told.remove(label);
          remove(directory(model, version));
        }
      }
    }
  }

  private void aliases(List<S3Object> objects) {
    Map<String, S3Object> byKey = new HashMap<>();
    objects.forEach(object -> byKey.put(object.key(), object));
    for (String model : cache.models()) {
      String key = from.prefix() + model + "/aliases.json";
      S3Object object = byKey.get(key);
      String stamp = object == null ? "none" : object.eTag();
      if (!stamp.equals(seen.get(key))) {
        mirrorAliases(model, key, object != null);
        seen.put(key, stamp);
      }
    }
  }

  private void mirrorAliases(String model, String key, boolean present) {
    try {
      if (present) {
        Aliases.Builder aliases = Aliases.newBuilder();
        JsonFormat.parser()
            .ignoringUnknownFields()
            .merge(new String(bytes(key, MAX_ALIASES_BYTES), UTF_8), aliases);
        cache.writeAliases(model, aliases.build());
      } else {
        Files.deleteIfExists(cache.aliasFile(model));
      }
    } catch (BadVersionException | IOException | RequestException e) {
      LOG.warnf("the aliases of %s stay as they were: %s", model, e.getMessage());
    }
  }

  private Path directory(String model, long version) {
    return cache.root().resolve(model).resolve(Long.toString(version));
  }

  /** Out of sight in one step, then away. */
  private void remove(Path directory) throws IOException {
    Path aside = cache.root().resolve(".staging").resolve(UUID.randomUUID().toString());
    Files.createDirectories(aside.getParent());
    Files.move(directory, aside, StandardCopyOption.ATOMIC_MOVE);
    delete(aside);
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warnf("%s is left over and can be deleted: %s", directory, e.getMessage());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A version that is wrong in the bucket, too. */
  private static final class BadVersionException extends Exception {
    private static final long serialVersionUID = 1L;

    BadVersionException(String reason) {
      super(reason);
    }

    BadVersionException(String reason, Throwable cause) {
      super(reason, cause);
    }
  }
}
