package dev.parallax.images.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Image files in a folder or in a zip of one. Files in one folder have no labels; where every file
 * lies in a folder of its class, the folders are the labels, in alphabetical order. Folders that
 * all files share are skipped, so that {@code train/cat/1.png} reads like {@code cat/1.png}.
 */
final class FileTreeDataset implements Dataset {
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

  /** More than any decoder's default takes; keeps a file that grows without end out of memory. */
  private static final int MAX_FILE_BYTES = 256 << 20;

  /** Where the bytes of a file come from. */
  private interface Source extends AutoCloseable {
    InputStream open(String name) throws IOException;

    @Override
    void close() throws IOException;
  }

  private final String uri;
  private final Source source;
  private final String[] names;
  private final int[] labels;
  private final List<String> classes;

  private FileTreeDataset(String uri, Source source, List<String> files) {
    this.uri = uri;
    this.source = source;
    this.names = files.toArray(String[]::new);
    Arrays.sort(names);
    int depth = sharedDepth(names);
    boolean labelled = Arrays.stream(names).allMatch(n -> n.indexOf('/', depth) > 0);
    this.classes =
        labelled
            ? List.copyOf(new TreeSet<>(Arrays.stream(names).map(n -> folder(n, depth)).toList()))
            : List.of();
    this.labels =
        labelled
            ? Arrays.stream(names)
                .mapToInt(n -> Collections.binarySearch(classes, folder(n, depth)))
                .toArray()
            : null;
  }

  static Dataset folder(String uri, Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new DatasetException(uri + " is not a folder");
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      found
          .map(p -> root.relativize(p).toString().replace('\\', '/'))
          .filter(FileTreeDataset::isImage)
          .forEach(files::add);
    } catch (java.io.UncheckedIOException e) {
      throw new DatasetException(uri + " cannot be listed: " + e.getCause().getMessage(), e);
    }
    requireImages(uri, files);
    return new FileTreeDataset(
        uri,
        new Source() {
          @Override
          public InputStream open(String name) throws IOException {
            return Files.newInputStream(root.resolve(name));
          }

          @Override
          public void close() {}
        },
        files);
  }

  static Dataset zip(String uri, Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new DatasetException(uri + " is not a whole zip file: " + e.getMessage(), e);
    }
    List<String> files =
        zip.stream()
            .filter(e -> !e.isDirectory())
            .map(ZipEntry::getName)
            .filter(FileTreeDataset::isImage)
            .distinct()
            .toList();
    if (files.isEmpty()) {
      zip.close();
    }
    requireImages(uri, files);
    return new FileTreeDataset(
        uri,
        new Source() {
          @Override
          public InputStream open(String name) throws IOException {
            return zip.getInputStream(zip.getEntry(name));
          }

          @Override
          public void close() throws IOException {
            zip.close();
          }
        },
        files);
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels == null ? -1 : labels[index];
  }

  @Override
  public String name(int index) {
    return names[index];
  }

  @Override
  public Item read(int index) throws IOException {
    try (InputStream in = source.open(names[index])) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new IOException(
            names[index]
                + " has more than "
                + MAX_FILE_BYTES
                + " bytes, which is the most allowed");
      }
      return new Item.Encoded(bytes);
    } catch (ZipException e) {
      // One damaged entry is a damaged image, not a damaged set.
      return new Item.Encoded(new byte[0]);
    }
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void requireImages(String uri, List<String> files) {
    if (files.isEmpty()) {
      throw new DatasetException(
          uri + " holds no images; allowed: files that end in " + new TreeSet<>(EXTENSIONS));
    }
  }

  private static boolean isImage(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    return !file.startsWith(".")
        && !name.startsWith("__MACOSX/")
        && dot > 0
        && EXTENSIONS.contains(file.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Length of the leading folders that all files share and that hold no file and no more than one
   * folder themselves.
   */
  private static int sharedDepth(String[] sorted) {
    int depth = 0;
    while (true) {
      int next = sorted[0].indexOf('/', depth) + 1;
      if (next == 0) {
        return depth;
      }
      String prefix = sorted[0].substring(0, next);
      boolean shared = Arrays.stream(sorted).allMatch(n -> n.startsWith(prefix));
      boolean foldersBelow = Arrays.stream(sorted).anyMatch(n -> n.indexOf('/', next) > 0);
      if (!shared || !foldersBelow) {
        // A single class folder stays a class: a set with one class is said to be one.
        return depth;
      }
      depth = next;
    }
  }

  private static String folder(String name, int depth) {
    return name.substring(depth, name.indexOf('/', depth));
  }
}
