package dev.parallax.cli.quickstart;

import dev.parallax.cli.CliException;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.local.Shutdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of one quickstart's services: databases, jobs, logs. It is locked as long as the
 * quickstart lives; one that is not locked was left by a quickstart that was killed, and so were
 * the services in it.
 *
 * @param path absolute
 */
record Workspace(Path path, FileChannel lock) implements AutoCloseable {
  private static final String LOCK = "lock";

  /** Makes a new one, and clears away those that were left behind. */
  static Workspace create(Path root) {
    try {
      Files.createDirectories(root);
      try (Stream<Path> entries = Files.list(root)) {
        entries.filter(Files::isDirectory).forEach(Workspace::sweep);
      }
      Path path = Files.createTempDirectory(root, "run-");
      FileChannel lock =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        throw new IOException(path + " is locked by another program");
      }
      return new Workspace(path, lock);
    } catch (IOException e) {
      throw CliException.failure(root + " cannot be written to: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw CliException.failure(root + " cannot be cleared: " + e.getMessage(), e);
    }
  }

  /** Deletes the directory; the services must have ended. */
  void delete() {
    close();
    delete(path);
  }

  /**
   * Lets go of the directory and leaves it, with its logs, to the next quickstart to clear away.
   */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sweep(Path left) {
    Path lock = left.resolve(LOCK);
    if (!Files.isRegularFile(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock mine = channel.tryLock()) {
      if (mine == null) {
        return;
      }
      RunDirectory runs = new RunDirectory(left.resolve("run"));
      List<RunRecord> orphans =
          Stream.of(Service.values()).flatMap(service -> runs.running(service).stream()).toList();
      new Shutdown(runs).stop(orphans);
    } catch (OverlappingFileLockException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    delete(left);
  }

  private static void delete(Path directory) {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // Somebody else deletes it at the same time.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
