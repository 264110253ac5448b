package dev.parallax.embedding.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Sizes and times of a version's files: cheap to take at every look, different when a file was
 * replaced.
 */
public record Fingerprint(String value) {
  static final String ABSENT = "absent";

  static Fingerprint of(Path directory) {
    return new Fingerprint(
        ofFile(directory.resolve("model.onnx")) + ' ' + ofFile(directory.resolve("manifest.json")));
  }

  static String ofFile(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.size()
          + "@"
          + attributes.lastModifiedTime().toInstant()
          + "#"
          + attributes.fileKey();
    } catch (NoSuchFileException e) {
      return ABSENT;
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
