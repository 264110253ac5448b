package dev.parallax.embedding.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Sizes and times of a version's files: cheap to take at every look, different when a file was
 * replaced.
 */
public record Fingerprint(String value) {

  static Fingerprint of(Path directory) {
    return new Fingerprint(
        part(directory.resolve("model.onnx")) + ' ' + part(directory.resolve("manifest.json")));
  }

  private static String part(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.size() + "@" + attributes.lastModifiedTime().toMillis();
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
