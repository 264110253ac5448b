package dev.parallax.images.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.UnreadableImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeDatasetTest {
  private static final byte[] PNG = png();

  @TempDir private Path root;

  @Test
  void filesInOneFolder_haveNoLabels() throws Exception {
    folder("b.png", "a.JPG", "c.webp", "notes.txt");

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(names(dataset)).containsExactly("a.JPG", "b.png", "c.webp");
      assertThat(dataset.classes()).isEmpty();
      assertThat(dataset.label(0)).isEqualTo(-1);
      assertThat(dataset.image(1, ImageDecoder.withDefaultLimits()).width()).isEqualTo(4);
    }
  }

  @Test
  void foldersOfFiles_areClasses() throws Exception {
    folder("dog/1.png", "cat/2.png", "cat/more/1.png");

    try (Dataset dataset = Datasets.open("folder:" + root)) {
      assertThat(dataset.classes()).containsExactly("cat", "dog");
      assertThat(names(dataset)).containsExactly("cat/2.png", "cat/more/1.png", "dog/1.png");
      assertThat(labels(dataset)).containsExactly(0, 0, 1);
    }
  }

  @Test
  void topFoldersThatAllShare_areNoClasses() throws Exception {
    folder("set/train/dog/1.png", "set/train/cat/1.png", "set/readme.txt");

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(dataset.classes()).containsExactly("cat", "dog");
    }
  }

  @Test
  void oneFolder_isOneClass() throws Exception {
    folder("train/cat/1.png", "train/cat/2.png");

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(dataset.classes()).containsExactly("cat");
    }
  }

  @Test
  void aFileBesideFolders_meansNoLabels() throws Exception {
    folder("cat/1.png", "dog/1.png", "stray.png");

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(dataset.classes()).isEmpty();
      assertThat(dataset.size()).isEqualTo(3);
    }
  }

  @Test
  void hiddenFilesAndFoldersAndOddLinks_areIgnored() throws Exception {
    folder("cat/1.png", "cat/.2.png", ".thumbnails/3.png", "dog/4.png");
    Files.createDirectories(root.resolve("dog/folder.png"));
    Files.createSymbolicLink(root.resolve("dog/circle"), root);
    Files.createSymbolicLink(root.resolve("dog/nowhere.png"), root.resolve("missing.png"));

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThat(names(dataset)).containsExactly("cat/1.png", "dog/4.png");
    }
  }

  @Test
  void aTextNamedPng_isAnItemThatTheDecoderRefuses() throws Exception {
    folder("good.png");
    Files.writeString(root.resolve("text.png"), "no image");

    try (Dataset dataset = Datasets.open(root.toString())) {
      assertThatThrownBy(() -> dataset.image(1, ImageDecoder.withDefaultLimits()))
          .isInstanceOf(UnreadableImageException.class)
          .hasMessageStartingWith("not an image");
    }
  }

  @Test
  void foldersWithoutImages_areRefused() throws Exception {
    folder("readme.txt");

    assertThatThrownBy(() -> Datasets.open(root.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root + " holds no images; allowed: files that end in [bmp, gif,");
  }

  @Test
  void zips_readLikeTheFoldersInThem() throws Exception {
    Path file = zip("set/cat/1.png", "set/dog/2.png", "__MACOSX/set/cat/._1.png", "set/.DS_Store");

    try (Dataset dataset = Datasets.open(file.toString())) {
      assertThat(names(dataset)).containsExactly("set/cat/1.png", "set/dog/2.png");
      assertThat(dataset.classes()).containsExactly("cat", "dog");
      assertThat(dataset.image(1, ImageDecoder.withDefaultLimits()).height()).isEqualTo(4);
    }
  }

  @Test
  void zipsFromWindows_haveFoldersToo() throws Exception {
    Path file = zip("cat\\1.png", "dog\\2.png");

    try (Dataset dataset = Datasets.open(file.toString())) {
      assertThat(dataset.classes()).containsExactly("cat", "dog");
      assertThat(dataset.image(0, ImageDecoder.withDefaultLimits()).height()).isEqualTo(4);
    }
  }

  @Test
  void zipEntriesThatClimbOut_areRefused() throws Exception {
    for (String name :
        List.of("../evil.png", "a/../../evil.png", "/etc/evil.png", "..\\evil.png", "a\nb.png")) {
      Path file = zip("cat/1.png", name);
      assertThatThrownBy(() -> Datasets.open(file.toString()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("holds an entry with an unusable name")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void aDamagedZipEntry_isADamagedImageAndNotADamagedSet() throws Exception {
    Path file = zip("a.png", "b.png");
    byte[] bytes = Files.readAllBytes(file);
    // The entry's data follow its 30 bytes of header and its name.
    for (int i = 35; i < 50; i++) {
      bytes[i] = (byte) 0xff;
    }
    Files.write(file, bytes);

    try (Dataset dataset = Datasets.open(file.toString())) {
      assertThatThrownBy(() -> dataset.image(0, ImageDecoder.withDefaultLimits()))
          .isInstanceOf(UnreadableImageException.class);
      assertThat(dataset.image(1, ImageDecoder.withDefaultLimits()).width()).isEqualTo(4);
    }
  }

  @Test
  void filesThatAreNoZips_areRefused() throws Exception {
    Path file = Files.writeString(root.resolve("text.zip"), "no zip at all");
    Path half = zip("a.png");
    byte[] bytes = Files.readAllBytes(half);
    Files.write(half, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Path none = root.resolve("none.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(none))) {
      out.putNextEntry(new ZipEntry("readme.txt"));
    }

    assertThatThrownBy(() -> Datasets.open(file.toString()))
        .hasMessageStartingWith(file + " is not a whole zip file");
    assertThatThrownBy(() -> Datasets.open(half.toString()))
        .hasMessageStartingWith(half + " is not a whole zip file");
    assertThatThrownBy(() -> Datasets.open(none.toString()))
        .hasMessageStartingWith(none + " holds no images");
  }

  @Test
  void pathsThatLeadNowhere_areRefusedWithWhatIsAllowed() throws Exception {
    Path text = Files.writeString(root.resolve("notes.txt"), "hello");

    assertThatThrownBy(() -> Datasets.open("")).hasMessageContaining("is empty; allowed: a folder");
    assertThatThrownBy(() -> Datasets.open("zip:")).hasMessageStartingWith("zip: names no path");
    assertThatThrownBy(() -> Datasets.open(root + "/missing"))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(root + "/missing does not exist; allowed: a folder of images");
    assertThatThrownBy(() -> Datasets.open(text.toString()))
        .hasMessageContaining("is none of the formats that can be read; allowed");
    assertThatThrownBy(() -> Datasets.open("folder:" + text))
        .hasMessage("folder:" + text + " is not a folder");
    assertThatThrownBy(() -> Datasets.open("a\0b")).hasMessageContaining("is not a valid path");
  }

  private void folder(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.write(root.resolve(name), PNG);
    }
  }

  private Path zip(String... names) throws IOException {
    Path file = root.resolve("images.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : names) {
        out.putNextEntry(new ZipEntry(name));
        out.write(PNG);
      }
    }
    return file;
  }

  private static List<String> names(Dataset dataset) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      names.add(dataset.name(i));
    }
    return names;
  }

  private static List<Integer> labels(Dataset dataset) {
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      labels.add(dataset.label(i));
    }
    return labels;
  }

  private static byte[] png() {
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", out);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
