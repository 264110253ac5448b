package dev.parallax.trainer.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jboss.logging.Logger;

/** A worker's log of bounded size: a file, and the one before it with the suffix .1. */
final class BoundedLog {
  static final long MAX_FILE_BYTES = 8 << 20;

  private static final int TAIL_BYTES = 4096;
  private static final int MAX_WORDS_CHARS = 300;
  private static final Logger LOG = Logger.getLogger(BoundedLog.class);

  private final Path file;
  private byte[] tail = {};

  BoundedLog(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /**
   * Copies until the end of {@code in}; goes on reading when the disk is full, so that the worker
   * is not held up.
   */
  void copy(InputStream in) {
    byte[] chunk = new byte[1 << 13];
    try {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        remember(chunk, n);
        append(chunk, n);
      }
    } catch (IOException e) {
      LOG.debug("the worker's error output ended", e);
    }
  }

  /**
   * The last line that says something, at most {@value #MAX_WORDS_CHARS} characters; empty when
   * there is none.
   */
  synchronized String lastLine() {
    return new String(tail, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((earlier, later) -> later)
        .map(
            line ->
                line.length() <= MAX_WORDS_CHARS
                    ? line
                    : line.substring(0, MAX_WORDS_CHARS - 1) + "…")
        .orElse("");
  }

  private synchronized void remember(byte[] chunk, int n) {
    byte[] joined = Arrays.copyOf(tail, tail.length + n);
    System.arraycopy(chunk, 0, joined, tail.length, n);
    tail =
        joined.length <= TAIL_BYTES
            ? joined
            : Arrays.copyOfRange(joined, joined.length - TAIL_BYTES, joined.length);
  }

  private void append(byte[] chunk, int n) {
    try {
      if (Files.exists(file) && Files.size(file) + n > MAX_FILE_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(chunk, 0, n);
      }
    } catch (IOException e) {
      LOG.debugf("%s cannot be written: %s", file, e.getMessage());
    }
  }
}
