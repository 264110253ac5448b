package dev.parallax.images.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parallax.images.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CIFAR and IDX files. */
class RecordDatasetsTest {
  @TempDir private Path root;

  @Test
  void cifar10_isReadChannelByChannelAndFileByFile() throws Exception {
    write("data_batch_2.bin", cifar(1, 5));
    write("data_batch_1.bin", cifar(1, 3, 9));
    write("data_batch_1.bin.gz", gzip(cifar(1, 3, 9)));
    write("test_batch.bin", cifar(1, 7));

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(dataset.size()).isEqualTo(3);
      assertThat(dataset.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
      assertThat(dataset.label(1)).isEqualTo(9);
      assertThat(dataset.name(2)).isEqualTo("data_batch_2.bin/0");
      RgbImage image = pixels(dataset, 2);
      assertThat(image.width()).isEqualTo(32);
      assertThat(Arrays.copyOf(image.rgb(), 6)).containsExactly(1, 2, 3, 1, 2, 3);
      assertThatThrownBy(() -> dataset.read(3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> dataset.read(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void cifar100_isLabelledByTheFineLabel() throws Exception {
    Path train = write("train.bin.gz", gzip(cifar(2, 99, 0)));

    try (Dataset dataset = Datasets.open(train.toString())) {
      assertThat(dataset.classes()).hasSize(100);
      assertThat(dataset.label(0)).isEqualTo(99);
    }
    try (Dataset dataset = Datasets.open("cifar100:" + root)) {
      assertThat(dataset.size()).isEqualTo(2);
    }
  }

  @Test
  void cifarFilesOfWrongSizeOrLabel_areRefused() throws Exception {
    Path cut = write("cut.bin", Arrays.copyOf(cifar(1, 1), 3000));
    Path label = write("label.bin", cifar(1, 4, 10));
    Path empty = write("empty.bin", new byte[0]);

    assertThatThrownBy(() -> Datasets.open(cut.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cut.bin has 3000 bytes; allowed: a multiple of 3073");
    assertThatThrownBy(() -> Datasets.open(label.toString()))
        .hasMessageContaining("record 1 of label.bin has label 10; allowed: 0 to 9");
    assertThatThrownBy(() -> Datasets.open(empty.toString())).hasMessageContaining("has 0 bytes");
    assertThatThrownBy(() -> Datasets.open("cifar10:" + root))
        .hasMessageEndingWith("holds no CIFAR10 files");
  }

  @Test
  void aGzipCutInHalf_isRefused() throws Exception {
    byte[] whole = gzip(cifar(1, 1, 2, 3));
    Path half = write("half.bin.gz", Arrays.copyOf(whole, whole.length / 2));
    Path none = write("none.bin.gz", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

    assertThatThrownBy(() -> Datasets.open(half.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is not a whole gzip file");
    assertThatThrownBy(() -> Datasets.open(none.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is not a whole gzip file");
  }

  @Test
  void idx_isGreyWithLabelsBesideIt() throws Exception {
    write("train-images-idx3-ubyte.gz", gzip(idxImages(2, 3, 4)));
    write("train-labels-idx1-ubyte", idxLabels(2, 7, 1));
    write("t10k-images-idx3-ubyte.gz", gzip(idxImages(1, 3, 4)));

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(dataset.size()).isEqualTo(2);
      assertThat(dataset.label(0)).isEqualTo(7);
      assertThat(dataset.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
      RgbImage image = pixels(dataset, 1);
      assertThat(image.height()).isEqualTo(3);
      assertThat(image.width()).isEqualTo(4);
      assertThat(Arrays.copyOf(image.rgb(), 6)).containsExactly(12, 12, 12, 13, 13, 13);
      assertThatThrownBy(() -> dataset.read(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void idxWithoutLabels_hasNoClasses() throws Exception {
    Path file = write("digits", idxImages(1, 2, 2));

    try (Dataset dataset = Datasets.open(file.toString())) {
      assertThat(dataset.classes()).isEmpty();
      assertThat(dataset.label(0)).isEqualTo(-1);
    }
  }

  @Test
  void idxHeadersThatLie_areRefused() throws Exception {
    byte[] many = idxImages(1, 2, 2);
    ByteBuffer.wrap(many).putInt(4, Integer.MAX_VALUE);
    Path lying = write("lying", many);
    byte[] negative = idxImages(1, 2, 2);
    ByteBuffer.wrap(negative).putInt(8, -2).putInt(12, -2);
    Path below = write("below", negative);
    Path cut = write("cut", Arrays.copyOf(idxImages(1, 2, 2), 9));
    Path images = write("train-images-idx3-ubyte", idxImages(2, 2, 2));
    write("train-labels-idx1-ubyte", idxLabels(3, 1, 1, 1));

    assertThatThrownBy(() -> Datasets.open(lying.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("claims 2147483647 images of 2x2 and has 20 bytes");
    assertThatThrownBy(() -> Datasets.open(below.toString())).hasMessageContaining("-2x-2");
    assertThatThrownBy(() -> Datasets.open(cut.toString())).hasMessageContaining("cut off at byte");
    assertThatThrownBy(() -> Datasets.open(images.toString()))
        .hasMessageContaining("there are 2 images and 3 labels");
    assertThatThrownBy(() -> Datasets.open("idx:" + write("other", new byte[100])))
        .hasMessageContaining("other is not an IDX file of images");
  }

  @Test
  void theFirstBatchOfCifar10_isWhatKrizhevskyPublished() {
    Path file = sharedData("cifar10/data_batch_1_first4000.bin.gz");

    try (Dataset dataset = Datasets.open(file.toString())) {
      assertThat(dataset.size()).isEqualTo(4000);
      assertThat(dataset.classes().get(dataset.label(0))).isEqualTo("frog");
      assertThat(dataset.classes().get(dataset.label(1))).isEqualTo("truck");
    }
  }

  @Test
  void fashionMnist_isBalanced() {
    Path folder = sharedData("fashion-mnist");

    try (Dataset dataset = Datasets.open(folder.toString())) {
      assertThat(dataset.size()).isEqualTo(60_000);
      int[] counts = new int[10];
      for (int i = 0; i < dataset.size(); i++) {
        counts[dataset.label(i)]++;
      }
      assertThat(counts).containsOnly(6000);
    }
  }

  /** Lies beside the checkout where it is there at all. */
  private static Path sharedData(String name) {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    assumeTrue(directory != null, "no checkout around " + Path.of("").toAbsolutePath());
    Path data = directory.resolveSibling("shared").resolve("data").resolve(name);
    assumeTrue(Files.exists(data), data + " is not there");
    return data;
  }

  private static RgbImage pixels(Dataset dataset, int index) throws IOException {
    return ((Item.Pixels) dataset.read(index)).image();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(root.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** Planes of 1, 2 and 3; the coarse label is 0. */
  private static byte[] cifar(int labelBytes, int... labels) {
    ByteBuffer out = ByteBuffer.allocate(labels.length * (labelBytes + 3072));
    for (int label : labels) {
      out.put(new byte[labelBytes - 1]).put((byte) label);
      for (byte channel = 1; channel <= 3; channel++) {
        byte[] plane = new byte[1024];
        Arrays.fill(plane, channel);
        out.put(plane);
      }
    }
    return out.array();
  }

  /** Pixels count upwards through the file. */
  private static byte[] idxImages(int count, int height, int width) {
    ByteBuffer out = ByteBuffer.allocate(16 + count * height * width);
    out.putInt(0x0803).putInt(count).putInt(height).putInt(width);
    for (byte i = 0; out.hasRemaining(); i++) {
      out.put(i);
    }
    return out.array();
  }

  private static byte[] idxLabels(int count, int... labels) {
    ByteBuffer out = ByteBuffer.allocate(8 + labels.length).putInt(0x0801).putInt(count);
    for (int label : labels) {
      out.put((byte) label);
    }
    return out.array();
  }
}
