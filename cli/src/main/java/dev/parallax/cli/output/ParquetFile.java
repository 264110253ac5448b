package dev.parallax.cli.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Apache Parquet: {@code name} (string), {@code label} (int32) and {@code class} (string) where
 * there are labels, and {@code embedding} (list of float). Pages are PLAIN and not compressed:
 * floats of a network do not shrink.
 */
final class ParquetFile implements EmbeddingFile {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Bytes of vectors in a row group, which is what a reader and this writer hold in memory. */
  private static final int GROUP_BYTES = 8 << 20;

  private final PartialFile file;
  private final int dimensions;
  private final boolean labelled;
  private final int groupRows;
  private final List<Row> group = new ArrayList<>();
  private final List<RowGroup> groups = new ArrayList<>();
  private long rows;

  ParquetFile(Path path, int dimensions, boolean labelled) throws IOException {
    this.file = new PartialFile(path);
    this.dimensions = dimensions;
    this.labelled = labelled;
    this.groupRows = Math.clamp(GROUP_BYTES / ((long) dimensions * Float.BYTES), 1, 16_384);
    file.write(MAGIC);
  }

  @Override
  public void write(Row row) throws IOException {
    if (row.vector().length != dimensions) {
      throw new IllegalArgumentException(
          "vector has " + row.vector().length + " dimensions; allowed: " + dimensions);
    }
    group.add(row);
    if (group.size() == groupRows) {
      endGroup();
    }
  }

  @Override
  public List<Path> commit() throws IOException {
    if (!group.isEmpty()) {
      endGroup();
    }
    FileMetaData metadata = new FileMetaData(1, ParquetSchema.of(labelled), rows, groups);
    metadata.setCreated_by("parallax");
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, footer);
    file.write(footer.toByteArray());
    file.room(Integer.BYTES).putInt(footer.size());
    file.write(MAGIC);
    return List.of(file.commit());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void endGroup() throws IOException {
    long start = file.position();
    List<ColumnChunk> columns = new ArrayList<>();
    for (ParquetColumn column : ParquetColumn.of(labelled)) {
      columns.add(chunk(column));
    }
    RowGroup ended = new RowGroup(columns, file.position() - start, group.size());
    ended.setFile_offset(start);
    ended.setTotal_compressed_size(file.position() - start);
    groups.add(ended);
    rows += group.size();
    group.clear();
  }

  /** One page for the whole row group. */
  private ColumnChunk chunk(ParquetColumn column) throws IOException {
    long start = file.position();
    byte[] levels = column.levels(group.size(), dimensions);
    byte[] values = column.values(group, dimensions);
    int count = column.count(group.size(), dimensions);
    PageHeader header =
        new PageHeader(
            PageType.DATA_PAGE, levels.length + values.length, levels.length + values.length);
    header.setData_page_header(
        new DataPageHeader(count, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writePageHeader(header, bytes);
    file.write(bytes.toByteArray());
    file.write(levels);
    file.write(values);
    long size = file.position() - start;
    ColumnMetaData metadata =
        new ColumnMetaData(
            column.type(),
            List.of(Encoding.PLAIN, Encoding.RLE),
            column.path(),
            CompressionCodec.UNCOMPRESSED,
            count,
            size,
            size,
            start);
    ColumnChunk chunk = new ColumnChunk(start);
    chunk.setMeta_data(metadata);
    return chunk;
  }
}
