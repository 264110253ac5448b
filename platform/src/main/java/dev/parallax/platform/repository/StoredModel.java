package dev.parallax.platform.repository;

import static java.util.Objects.requireNonNull;

import dev.parallax.model.v1.Manifest;
import java.nio.file.Path;

/**
 * One published version.
 *
 * @param directory absolute; holds model.onnx and manifest.json
 */
public record StoredModel(Manifest manifest, Path directory) {
  public StoredModel {
    requireNonNull(manifest, "manifest is null");
    requireNonNull(directory, "directory is null");
  }

  public Path onnx() {
    return directory.resolve(ModelRepository.ONNX_FILE);
  }

  /** {@code name/version}, as messages show it. */
  public String label() {
    return manifest.getModel() + "/" + manifest.getVersion();
  }
}
