package dev.parallax.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A text file that is, at any time, whole or what it was before. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes the text beside {@code file} and renames it.
   *
   * @return {@code file}
   * @throws IOException if the file cannot be written
   */
  public static Path write(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path aside = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.writeString(aside, text);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
    return file;
  }
}
