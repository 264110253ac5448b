package dev.parallax.eval.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Features on disk by content: the checksums of model and images are the name, so nothing in it is
 * ever out of date. The ones that were not used for the longest time go when there are too many
 * bytes. One process owns the directory.
 */
public final class FeatureCache {
  private static final Logger LOG = Logger.getLogger(FeatureCache.class);
  private static final String SUFFIX = ".features";
  private static final String UNFINISHED = ".part";

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;

  /**
   * What features are of.
   *
   * @param modelSha256 of the ONNX file
   * @param output of the model: {@code embedding} or {@code projection}
   * @param imagesSha256 {@link dev.parallax.eval.data.ContentDigest} of the images
   */
  public record Key(String modelSha256, String output, String imagesSha256) {
    String fileName() {
      try {
        byte[] text = (modelSha256 + "|" + output + "|" + imagesSha256).getBytes(UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)) + SUFFIX;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }

  /**
   * @param directory is created when absent; what an earlier life left unfinished there is removed
   * @param maxBytes of all files together, 0 or more; 0 keeps nothing
   * @throws UncheckedIOException when the directory cannot be used
   */
  public FeatureCache(Path directory, long maxBytes, Clock clock) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; allowed: 0 or more");
    }
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.clock = clock;
    try {
      Files.createDirectories(directory);
      for (Path file : files("*" + UNFINISHED)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the feature cache " + directory + " cannot be used", e);
    }
  }

  /** A damaged file counts as absent and is removed. */
  public synchronized Optional<Features> find(Key key) {
    Path file = directory.resolve(key.fileName());
    try {
      Features features = FeatureFile.read(file);
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(features);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warnf("cached features are dropped: %s", e.getMessage());
      delete(file);
      return Optional.empty();
    }
  }

  /**
   * Keeps features unless they alone are too large; a full disk costs the cache, not the
   * evaluation.
   */
  public synchronized void put(Key key, Features features) {
    Path unfinished = directory.resolve(UUID.randomUUID() + UNFINISHED);
    Path file = directory.resolve(key.fileName());
    try {
      FeatureFile.write(unfinished, features);
      Files.setLastModifiedTime(unfinished, FileTime.from(clock.instant()));
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      shrink();
    } catch (IOException e) {
      LOG.warnf("features cannot be cached: %s", e.getMessage());
      delete(unfinished);
    }
  }

  private void shrink() throws IOException {
    record Kept(Path file, long bytes, FileTime used) {}
    List<Kept> kept = new ArrayList<>();
    long total = 0;
    for (Path file : files("*" + SUFFIX)) {
      Kept entry = new Kept(file, Files.size(file), Files.getLastModifiedTime(file));
      kept.add(entry);
      total += entry.bytes;
    }
    kept.sort(Comparator.comparing(Kept::used).thenComparing(Kept::file));
    for (Kept oldest : kept) {
      if (total <= maxBytes) {
        return;
      }
      Files.deleteIfExists(oldest.file);
      total -= oldest.bytes;
    }
  }

  private List<Path> files(String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(files::add);
    }
    return files;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warnf("%s cannot be removed: %s", file, e.getMessage());
    }
  }
}
