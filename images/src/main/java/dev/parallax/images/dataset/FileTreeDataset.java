package dev.parallax.images.dataset;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

  /**
   * More than any decoder's default takes, so that the decoder is the one to refuse what is cut off
   * here; keeps entries that inflate without end out of memory.
   */
  private static final int MAX_FILE_BYTES = 64 << 20;

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

  private FileTreeDataset(String uri, Source source, Collection<String> files) {
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
    List<String> files = FolderListing.of(root).stream().filter(FileTreeDataset::isImage).toList();
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
    // By the names that people see; a zip from Windows may have backslashes in its own.
    Map<String, String> entries = new HashMap<>();
    try {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName().replace('\\', '/');
        requireInside(uri, name);
        if (!entry.isDirectory() && isImage(name)) {
          entries.put(name, entry.getName());
        }
      }
      requireImages(uri, entries.keySet());
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
    return new FileTreeDataset(
        uri,
        new Source() {
          @Override
          public InputStream open(String name) throws IOException {
            InputStream in = zip.getInputStream(zip.getEntry(entries.get(name)));
            return in == null ? InputStream.nullInputStream() : in;
          }

          @Override
          public void close() throws IOException {
            zip.close();
          }
        },
        entries.keySet());
  }

  /** Nothing is unpacked, but names become labels and reach reports. */
  private static void requireInside(String uri, String name) {
    if (name.startsWith("/")
        || name.chars().anyMatch(Character::isISOControl)
        || List.of(name.split("/")).contains("..")) {
      throw new DatasetException(
          uri
              + " holds an entry with an unusable name: "
              + name.replaceAll("\\p{Cntrl}", "?")
              + "; allowed: paths inside of the archive");
    }
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
      return new Item.Encoded(upToDamage(in));
    }
  }

  /** A damaged entry is a damaged image, not a damaged set: the decoder is to say so. */
  private static byte[] upToDamage(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream(Math.clamp(in.available(), 1 << 10, 1 << 20));
    byte[] buffer = new byte[1 << 13];
    try {
      for (int n = in.read(buffer); n >= 0 && bytes.size() <= MAX_FILE_BYTES; n = in.read(buffer)) {
        bytes.write(buffer, 0, n);
      }
    } catch (ZipException | EOFException e) {
      return bytes.toByteArray();
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void requireImages(String uri, Collection<String> files) {
    if (files.isEmpty()) {
      throw new DatasetException(
          uri + " holds no images; allowed: files that end in " + new TreeSet<>(EXTENSIONS));
    }
  }

  /** Not what hides behind a dot, nor what macOS adds to its zips. */
  private static boolean isImage(String name) {
    int dot = name.lastIndexOf('.');
    return !name.startsWith(".")
        && !name.contains("/.")
        && !name.startsWith("__MACOSX/")
        && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
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
