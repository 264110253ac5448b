package dev.parallax.images.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticDatasetTest {
  @Test
  void imagesAreTheSame_wheneverAndHoweverManyAreDrawn() throws IOException {
    try (Dataset few = Datasets.open("synthetic:train?images=20&seed=3");
        Dataset many = Datasets.open("synthetic:train?images=2000&seed=3")) {
      assertThat(rgb(few, 17)).isEqualTo(rgb(many, 17)).isEqualTo(rgb(few, 17));
      assertThat(few.label(17)).isEqualTo(many.label(17));
    }
  }

  @Test
  void seedsAndSplits_shareNoImages() throws IOException {
    Set<Integer> seen = new HashSet<>();
    int drawn = 0;
    for (String uri :
        new String[] {
          "synthetic:train", "synthetic:test", "synthetic:train?seed=1", "synthetic:test?seed=1"
        }) {
      try (Dataset dataset = Datasets.open(uri)) {
        for (int i = 0; i < 50; i++, drawn++) {
          seen.add(Arrays.hashCode(rgb(dataset, i)));
        }
      }
    }
    assertThat(seen).hasSize(drawn);
  }

  @Test
  void everyClass_hasAsManyImages() {
    try (Dataset dataset = Datasets.open("synthetic:?images=500")) {
      int[] counts = new int[dataset.classes().size()];
      for (int i = 0; i < dataset.size(); i++) {
        counts[dataset.label(i)]++;
      }
      assertThat(counts).containsOnly(500 / counts.length);
    }
  }

  @Test
  void names_areUnique() {
    try (Dataset dataset = Datasets.open("synthetic:test?images=300")) {
      Set<String> names = new HashSet<>();
      for (int i = 0; i < dataset.size(); i++) {
        names.add(dataset.name(i));
      }
      assertThat(names).hasSize(300);
    }
  }

  @Test
  void imagesAreAsLargeAsAskedFor() throws IOException {
    try (Dataset dataset = Datasets.open("synthetic:train?size=48&images=10")) {
      assertThat(rgb(dataset, 9)).hasSize(48 * 48 * 3);
      assertThatThrownBy(() -> dataset.read(10)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "synthetic:validation",
        "synthetic:train?images=1",
        "synthetic:train?images=1000001",
        "synthetic:train?size=7",
        "synthetic:train?size=9999999999999999999999",
        "synthetic:train?seed=-1",
        "synthetic:train?colour=3",
        "synthetic:train?images=",
        "synthetic:train images=3"
      })
  void urisThatAskForMoreThanThereIs_areRefused(String uri) {
    assertThatThrownBy(() -> Datasets.open(uri))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(uri)
        .hasMessageContaining("allowed: ");
  }

  private static byte[] rgb(Dataset dataset, int index) throws IOException {
    return ((Item.Pixels) dataset.read(index)).image().rgb();
  }
}
