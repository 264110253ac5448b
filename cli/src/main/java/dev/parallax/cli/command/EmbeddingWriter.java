package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.embed.EmbeddingRun;
import dev.parallax.cli.embed.Source;
import dev.parallax.cli.output.EmbeddingFile;
import dev.parallax.cli.output.Row;
import dev.parallax.cli.terminal.ProgressLine;
import dev.parallax.cli.terminal.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** Writes what comes out of a run, and tells how far it is. */
final class EmbeddingWriter implements EmbeddingRun.Listener, AutoCloseable {
  private final Source source;
  private final List<String> classes;
  private final int total;
  private final Path path;
  private final int maxUnreadable;
  private final ProgressLine line;
  private final long started = System.nanoTime();
  private EmbeddingFile file;
  private int dimensions;
  private long rows;
  private int unreadable;

  EmbeddingWriter(Source source, Path path, int maxUnreadable, ProgressLine line) {
    this.source = source;
    this.classes = source.classes();
    this.total = source.size();
    this.path = path;
    this.maxUnreadable = maxUnreadable;
    this.line = line;
  }

  @Override
  public void vector(int index, float[] vector) throws IOException {
    if (file == null) {
      dimensions = vector.length;
      file = EmbeddingFile.create(path, dimensions, !classes.isEmpty());
    }
    int label = source.label(index);
    String className = label < 0 ? "" : classes.get(label);
    file.write(new Row(source.name(index), label, className, vector));
    rows++;
    show();
  }

  @Override
  public void unreadable(int index, String why) {
    line.say("left out " + source.name(index) + ": " + why);
    unreadable++;
    if (unreadable > maxUnreadable) {
      throw CliException.failure(
          unreadable
              + " images are unreadable, and --max-unreadable is "
              + maxUnreadable
              + "; nothing was written");
    }
  }

  /**
   * @throws CliException when not one image could be read
   */
  List<Path> commit() throws IOException {
    if (file == null) {
      throw CliException.failure(
          "none of the " + Texts.images(total) + " could be read; nothing was written");
    }
    return file.commit();
  }

  long rows() {
    return rows;
  }

  int unreadable() {
    return unreadable;
  }

  int dimensions() {
    return dimensions;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private void show() {
    long done = rows + unreadable;
    double elapsed = (System.nanoTime() - started) / 1e9;
    double perSecond = done / Math.max(1e-3, elapsed);
    line.show(
        "embedding",
        (double) done / total,
        elapsed > 2 ? OptionalDouble.of((total - done) / perSecond) : OptionalDouble.empty(),
        Texts.count(done)
            + " of "
            + Texts.images(total)
            + ", "
            + Texts.count(Math.round(perSecond))
            + "/s");
  }
}
