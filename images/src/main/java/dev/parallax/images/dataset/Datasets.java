package dev.parallax.images.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens datasets by URI: a path whose format is detected, {@code synthetic:...}, or a path behind a
 * format that is forced, as in {@code cifar10:data_batch_1.bin}.
 */
public final class Datasets {
  private static final String ALLOWED =
      "a folder of images (or of one folder per class), a .zip of one, CIFAR-10/100 or IDX files, or"
          + " synthetic:";

  private enum Format {
    FOLDER,
    ZIP,
    CIFAR10,
    CIFAR100,
    IDX
  }

  private Datasets() {}

  /**
   * Opens a dataset; reads names and labels, no images.
   *
   * @throws DatasetException when it is missing, empty or not what it seems to be
   */
  public static Dataset open(String uri) {
    if (uri.isBlank()) {
      throw new DatasetException("the data URI is empty; allowed: " + ALLOWED);
    }
    if (uri.startsWith(SyntheticUri.SCHEME)) {
      return new SyntheticDataset(SyntheticUri.parse(uri));
    }
    Optional<Format> forced = forced(uri);
    String text = forced.isPresent() ? uri.substring(uri.indexOf(':') + 1) : uri;
    if (text.isBlank()) {
      throw new DatasetException(uri + " names no path; allowed: " + ALLOWED);
    }
    Path path = path(uri, text);
    if (!Files.exists(path)) {
      throw new DatasetException(uri + " does not exist; allowed: " + ALLOWED);
    }
    try {
      return switch (forced.orElseGet(() -> detect(uri, path))) {
        case FOLDER -> FileTreeDataset.folder(uri, path);
        case ZIP -> FileTreeDataset.zip(uri, path);
        case CIFAR10 -> CifarDataset.open(uri, path, CifarDataset.Variant.CIFAR10);
        case CIFAR100 -> CifarDataset.open(uri, path, CifarDataset.Variant.CIFAR100);
        case IDX -> IdxDataset.open(uri, path);
      };
    } catch (IOException e) {
      throw unreadable(uri, e);
    } catch (UncheckedIOException e) {
      throw unreadable(uri, e.getCause());
    }
  }

  private static DatasetException unreadable(String uri, IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "no permission to read " + denied.getFile();
          case NoSuchFileException missing -> missing.getFile() + " is gone";
          default -> e.getMessage();
        };
    return new DatasetException(uri + " cannot be read: " + reason, e);
  }

  private static Optional<Format> forced(String uri) {
    for (Format format : Format.values()) {
      if (uri.startsWith(format.name().toLowerCase(Locale.ROOT) + ":")) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private static Format detect(String uri, Path path) {
    if (Files.isDirectory(path)) {
      if (!CifarDataset.files(path, CifarDataset.Variant.CIFAR10).isEmpty()) {
        return Format.CIFAR10;
      }
      if (!CifarDataset.files(path, CifarDataset.Variant.CIFAR100).isEmpty()) {
        return Format.CIFAR100;
      }
      return IdxDataset.imagesIn(path).isEmpty() ? Format.FOLDER : Format.IDX;
    }
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      return Format.ZIP;
    }
    if (IdxDataset.isImages(path)) {
      return Format.IDX;
    }
    if (name.endsWith(".bin") || name.endsWith(".bin.gz")) {
      return switch (CifarDataset.variantOf(path)) {
        case CIFAR10 -> Format.CIFAR10;
        case CIFAR100 -> Format.CIFAR100;
      };
    }
    throw new DatasetException(
        uri + " is none of the formats that can be read; allowed: " + ALLOWED);
  }

  private static Path path(String uri, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new DatasetException(uri + " is not a valid path; allowed: " + ALLOWED, e);
    }
  }
}
