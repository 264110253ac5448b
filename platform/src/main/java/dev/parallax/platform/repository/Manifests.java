package dev.parallax.platform.repository;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.model.v1.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads, checks and writes manifest.json. */
final class Manifests {
  static final int MAX_BYTES = 1 << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private Manifests() {}

  /**
   * @throws IOException one line: why the file cannot be used
   */
  static Manifest read(Path file, String model, long version) throws IOException {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(MAX_BYTES + 1);
    }
    if (json.length > MAX_BYTES) {
      throw new IOException("it has more than " + MAX_BYTES + " bytes");
    }
    Manifest.Builder manifest = Manifest.newBuilder();
    try {
      // unknown fields come from a newer Parallax and do not hurt
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(json, StandardCharsets.UTF_8), manifest);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("it is not a manifest in JSON: " + e.getMessage(), e);
    }
    Manifest read = manifest.build();
    check(read, model, version);
    return read;
  }

  static byte[] json(Manifest manifest) throws InvalidProtocolBufferException {
    return (JsonFormat.printer().print(manifest) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void check(Manifest manifest, String model, long version) throws IOException {
    if (!manifest.getModel().equals(model)) {
      throw new IOException(
          "model is \"" + manifest.getModel() + "\" but its directory is " + model);
    }
    if (manifest.getVersion() != version) {
      throw new IOException(
          "version is " + manifest.getVersion() + " but its directory is " + version);
    }
    if (!SHA256.matcher(manifest.getSha256()).matches()) {
      throw new IOException("sha256 is not 64 lower-case hex digits");
    }
    if (manifest.getSizeBytes() < 1) {
      throw new IOException("size_bytes is " + manifest.getSizeBytes() + "; allowed: 1 or more");
    }
    if (manifest.getEmbeddingSize() < 1) {
      throw new IOException(
          "embedding_size is " + manifest.getEmbeddingSize() + "; allowed: 1 or more");
    }
  }
}
