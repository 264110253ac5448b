package dev.parallax.cli.local;

import dev.parallax.cli.CliException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What a service prints, appended over its lives.
 *
 * @param file the log
 * @param start bytes that were in it before the present life began
 */
record ServiceLog(Path file, long start) {
  private static final long ROTATE_BYTES = 20L << 20;
  private static final int TAIL_BYTES = 16 << 10;

  /** Opens the log of a service that is about to start; a long one is put aside first. */
  static ServiceLog open(Path directory, Service service) {
    Path file = directory.resolve(service.key() + ".log");
    try {
      Files.createDirectories(directory);
      if (Files.exists(file) && Files.size(file) > ROTATE_BYTES) {
        Files.move(
            file, directory.resolve(service.key() + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return new ServiceLog(file, Files.exists(file) ? Files.size(file) : 0);
    } catch (IOException e) {
      throw CliException.failure(directory + " cannot be written to: " + e.getMessage(), e);
    }
  }

  /** The line that says best why the service died. */
  String lastWords() {
    List<String> lines = tail().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return lines.reversed().stream()
        .filter(line -> line.startsWith("parallax "))
        .findFirst()
        .or(() -> lines.reversed().stream().filter(line -> !line.startsWith("at ")).findFirst())
        .orElse("it said nothing");
  }

  private String tail() {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(start, log.length() - TAIL_BYTES);
      log.seek(from);
      byte[] bytes = new byte[(int) (log.length() - from)];
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
