package dev.parallax.cli.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** RFC 4180: {@code name[,class],e0,e1,…}, UTF-8, lines ended by LF. */
final class CsvFile implements EmbeddingFile {
  private final PartialFile file;
  private final boolean labelled;

  CsvFile(Path path, int dimensions, boolean labelled) throws IOException {
    this.file = new PartialFile(path);
    this.labelled = labelled;
    StringBuilder header = new StringBuilder(labelled ? "name,class" : "name");
    for (int d = 0; d < dimensions; d++) {
      header.append(",e").append(d);
    }
    line(header);
  }

  @Override
  public void write(Row row) throws IOException {
    StringBuilder line = new StringBuilder(quoted(row.name()));
    if (labelled) {
      line.append(',').append(quoted(row.className()));
    }
    for (float value : row.vector()) {
      line.append(',').append(value);
    }
    line(line);
  }

  @Override
  public List<Path> commit() throws IOException {
    return List.of(file.commit());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void line(StringBuilder line) throws IOException {
    file.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String quoted(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
