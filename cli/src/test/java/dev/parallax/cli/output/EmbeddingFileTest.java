package dev.parallax.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {
  @TempDir private Path directory;

  private static Row row(int i, int dimensions) {
    float[] vector = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      vector[d] = i + d / 8f;
    }
    return new Row("bilder/ü " + i + ".jpg", i % 2, i % 2 == 0 ? "cat" : "dog, \"big\"", vector);
  }

  private List<Path> write(String name, int rows, int dimensions, boolean labelled)
      throws IOException {
    try (EmbeddingFile file = EmbeddingFile.create(directory.resolve(name), dimensions, labelled)) {
      for (int i = 0; i < rows; i++) {
        file.write(row(i, dimensions));
      }
      return file.commit();
    }
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = EmbeddingFileTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Written by src/test/python/golden.py. */
  @Test
  void npy_isByteForByteWhatNumpyWrites() throws IOException {
    List<Path> files = write("x.npy", 2, 3, true);
    assertThat(files.get(0)).hasBinaryContent(golden("vectors.npy"));
    assertThat(files.get(2)).hasBinaryContent(golden("labels.npy"));
  }

  @Test
  void npy_holdsVectorsNamesAndLabelsInOrder() throws IOException {
    List<Path> files = write("x.npy", 3, 4, true);
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly("x.npy", "x.names.txt", "x.labels.npy");
    byte[] bytes = Files.readAllBytes(files.get(0));
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII)).contains("'shape': (3, 4)");
    ByteBuffer values =
        ByteBuffer.wrap(bytes, 128, bytes.length - 128).order(ByteOrder.LITTLE_ENDIAN);
    float[] expected = new float[12];
    IntStream.range(0, 12).forEach(i -> expected[i] = Math.floorDiv(i, 4) + i % 4 / 8f);
    float[] read = new float[12];
    values.asFloatBuffer().get(read);
    assertThat(read).isEqualTo(expected);
    assertThat(Files.readAllLines(files.get(1)))
        .containsExactly("bilder/ü 0.jpg", "bilder/ü 1.jpg", "bilder/ü 2.jpg");
    byte[] labels = Files.readAllBytes(files.get(2));
    assertThat(new String(labels, 10, 118, StandardCharsets.US_ASCII)).contains("'<i4'", "(3,)");
    assertThat(Arrays.copyOfRange(labels, 128, labels.length))
        .containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void csv_quotesWhatNeedsIt() throws IOException {
    write("x.csv", 2, 2, true);
    assertThat(Files.readAllLines(directory.resolve("x.csv")))
        .containsExactly(
            "name,class,e0,e1",
            "bilder/ü 0.jpg,cat,0.0,0.125",
            "bilder/ü 1.jpg,\"dog, \"\"big\"\"\",1.0,1.125");
  }

  /**
   * Read by Hardwood, which shares no code with the writer. 3000 rows of 1000 are two row groups.
   */
  @Test
  void parquet_isReadByAnIndependentReader() throws IOException {
    write("x.parquet", 3000, 1000, true);
    try (ParquetFileReader file =
            ParquetFileReader.open(InputFile.of(directory.resolve("x.parquet")));
        RowReader rows = file.rowReader()) {
      assertThat(file.getFileMetaData().numRows()).isEqualTo(3000);
      assertThat(file.getFileMetaData().rowGroups()).hasSize(2);
      for (int i = 0; i < 3000; i++) {
        rows.next();
        Row expected = row(i, 1000);
        assertThat(rows.getString("name")).isEqualTo(expected.name());
        assertThat(rows.getInt("label")).isEqualTo(expected.label());
        assertThat(rows.getString("class")).isEqualTo(expected.className());
        List<?> vector = rows.getList("embedding").values();
        assertThat(vector).hasSize(1000);
        assertThat(vector.get(0)).isEqualTo(expected.vector()[0]);
        assertThat(vector.get(999)).isEqualTo(expected.vector()[999]);
      }
      assertThat(rows.hasNext()).isFalse();
    }
  }

  @Test
  void parquet_ofUnlabelledImagesHasNamesAndVectorsOnly() throws IOException {
    write("x.parquet", 1, 1, false);
    try (ParquetFileReader file =
            ParquetFileReader.open(InputFile.of(directory.resolve("x.parquet")));
        RowReader rows = file.rowReader()) {
      assertThat(file.getFileMetaData().rowGroups().getFirst().columns()).hasSize(2);
      rows.next();
      assertThat(rows.getList("embedding").values()).hasSize(1);
    }
  }

  @Test
  void closing_withoutCommitLeavesNothingBehind() throws IOException {
    Files.writeString(directory.resolve("x.npy"), "what was there");
    for (String name : List.of("x.npy", "x.csv", "x.parquet")) {
      EmbeddingFile file = EmbeddingFile.create(directory.resolve(name), 2, true);
      file.write(row(0, 2));
      file.close();
    }
    assertThat(names()).containsExactly("x.npy");
    assertThat(directory.resolve("x.npy")).hasContent("what was there");
  }

  @Test
  void names_thatSayNoFormatAreRefused() {
    assertThatThrownBy(() -> EmbeddingFile.Format.of(Path.of("vectors.txt")))
        .hasMessage("--out is vectors.txt; allowed: a name that ends with .npy, .csv or .parquet");
  }

  @Test
  void vectors_ofAnotherSizeAreRefused() throws IOException {
    for (String name : List.of("x.npy", "x.parquet")) {
      try (EmbeddingFile file = EmbeddingFile.create(directory.resolve(name), 3, false)) {
        assertThatThrownBy(() -> file.write(row(0, 2)))
            .hasMessage("vector has 2 dimensions; allowed: 3");
      }
    }
  }
}
