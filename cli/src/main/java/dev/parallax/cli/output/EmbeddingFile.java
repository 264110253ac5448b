package dev.parallax.cli.output;

import dev.parallax.cli.CliException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file of embeddings in the making. Nothing is at its place before {@link #commit}; closing
 * without that leaves nothing behind.
 */
public sealed interface EmbeddingFile extends AutoCloseable permits NpyFile, CsvFile, ParquetFile {

  /** Formats by the end of the name. */
  enum Format {
    NPY,
    CSV,
    PARQUET;

    /**
     * @throws CliException when the name ends with none of them
     */
    public static Format of(Path file) {
      String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
      for (Format format : values()) {
        if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw CliException.usage("--out", file, "a name that ends with .npy, .csv or .parquet");
    }
  }

  /**
   * @param file where the embeddings go; its format is in its name
   * @param dimensions of a vector, 1 or more
   * @param labelled whether rows have labels
   */
  static EmbeddingFile create(Path file, int dimensions, boolean labelled) throws IOException {
    return switch (Format.of(file)) {
      case NPY -> new NpyFile(file, dimensions, labelled);
      case CSV -> new CsvFile(file, dimensions, labelled);
      case PARQUET -> new ParquetFile(file, dimensions, labelled);
    };
  }

  void write(Row row) throws IOException;

  /**
   * Finishes the file and moves it to its place.
   *
   * @return the files there are now, the embeddings first
   */
  List<Path> commit() throws IOException;

  @Override
  void close() throws IOException;
}
