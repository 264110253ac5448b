package dev.parallax.cli.embed;

import dev.parallax.cli.CliException;
import dev.parallax.cli.DataUris;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.images.dataset.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Images to embed, in order. */
public sealed interface Source extends AutoCloseable {
  int size();

  /** Names of classes; empty when there are no labels. */
  List<String> classes();

  String name(int index);

  /** Index into {@link #classes}, -1 for none. */
  int label(int index);

  Item read(int index) throws IOException;

  @Override
  void close();

  /**
   * What the user named: image files, and anything that is a dataset.
   *
   * @throws dev.parallax.images.dataset.DatasetException when one of them is neither
   */
  static Source of(List<String> arguments, Path workingDirectory) {
    List<Source> sources = new ArrayList<>();
    try {
      List<Path> files = new ArrayList<>();
      for (String argument : arguments) {
        Optional<Path> file = imageFile(argument, workingDirectory);
        if (file.isPresent()) {
          files.add(file.get());
        } else {
          if (!files.isEmpty()) {
            sources.add(new ImageFiles(List.copyOf(files), workingDirectory));
            files.clear();
          }
          sources.add(
              new Images(Datasets.open(DataUris.absolute("IMAGES", argument, workingDirectory))));
        }
      }
      if (!files.isEmpty()) {
        sources.add(new ImageFiles(List.copyOf(files), workingDirectory));
      }
      return sources.size() == 1 ? sources.getFirst() : new Joined(List.copyOf(sources));
    } catch (RuntimeException e) {
      sources.forEach(Source::close);
      throw e;
    }
  }

  private static Optional<Path> imageFile(String argument, Path workingDirectory) {
    Path path;
    try {
      path = workingDirectory.resolve(argument);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    return Files.isRegularFile(path)
            && ImageFiles.ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        ? Optional.of(Path.of(argument))
        : Optional.empty();
  }

  /**
   * Single files, without labels.
   *
   * @param files as they were named
   * @param workingDirectory what they are relative to
   */
  record ImageFiles(List<Path> files, Path workingDirectory) implements Source {
    private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");

    @Override
    public int size() {
      return files.size();
    }

    @Override
    public List<String> classes() {
      return List.of();
    }

    @Override
    public String name(int index) {
      return files.get(index).toString();
    }

    @Override
    public int label(int index) {
      return -1;
    }

    @Override
    public Item read(int index) throws IOException {
      return new Item.Encoded(Files.readAllBytes(workingDirectory.resolve(files.get(index))));
    }

    @Override
    public void close() {}
  }

  /** A dataset. */
  record Images(Dataset dataset) implements Source {
    @Override
    public int size() {
      return dataset.size();
    }

    @Override
    public List<String> classes() {
      return dataset.classes();
    }

    @Override
    public String name(int index) {
      return dataset.name(index);
    }

    @Override
    public int label(int index) {
      return dataset.label(index);
    }

    @Override
    public Item read(int index) throws IOException {
      return dataset.read(index);
    }

    @Override
    public void close() {
      dataset.close();
    }
  }

  /** One after the other. Labels are kept where all have the same classes. */
  record Joined(List<Source> sources) implements Source {
    @Override
    public int size() {
      long size = sources.stream().mapToLong(Source::size).sum();
      if (size > Integer.MAX_VALUE) {
        throw CliException.usage(
            "the arguments hold " + size + " images; allowed: at most " + Integer.MAX_VALUE);
      }
      return (int) size;
    }

    @Override
    public List<String> classes() {
      List<String> first = sources.getFirst().classes();
      return sources.stream().allMatch(source -> source.classes().equals(first))
          ? first
          : List.of();
    }

    @Override
    public String name(int index) {
      Place place = place(index);
      return place.source().name(place.index());
    }

    @Override
    public int label(int index) {
      Place place = place(index);
      return classes().isEmpty() ? -1 : place.source().label(place.index());
    }

    @Override
    public Item read(int index) throws IOException {
      Place place = place(index);
      return place.source().read(place.index());
    }

    @Override
    public void close() {
      sources.forEach(Source::close);
    }

    private record Place(Source source, int index) {}

    private Place place(int index) {
      int left = index;
      for (Source source : sources) {
        if (left < source.size()) {
          return new Place(source, left);
        }
        left -= source.size();
      }
      throw new IndexOutOfBoundsException(index);
    }
  }
}
