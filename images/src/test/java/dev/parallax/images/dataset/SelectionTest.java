package dev.parallax.images.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
  /** Class 0 twenty times, class 1 twice, class 2 ten times. */
  private static final Dataset UNEVEN =
      new Labels(
          List.of("a", "b", "c"),
          IntStream.range(0, 32).map(i -> i < 20 ? 0 : i < 22 ? 1 : 2).toArray());

  @Test
  void balanced_takesAsManyOfEachClassAsThereAre() {
    int[] selected = Selection.balanced(UNEVEN, 12, 0);

    assertThat(selected).hasSize(12).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(selected).filter(i -> UNEVEN.label(i) == 0)).hasSize(5);
    assertThat(Arrays.stream(selected).filter(i -> UNEVEN.label(i) == 1)).hasSize(2);
    assertThat(Arrays.stream(selected).filter(i -> UNEVEN.label(i) == 2)).hasSize(5);
  }

  @Test
  void balanced_dependsOnTheSeedOnly() {
    assertThat(Selection.balanced(UNEVEN, 9, 4)).isEqualTo(Selection.balanced(UNEVEN, 9, 4));
    assertThat(Selection.balanced(UNEVEN, 9, 4)).isNotEqualTo(Selection.balanced(UNEVEN, 9, 5));
  }

  @Test
  void balanced_takesAllWhereAllAreAskedFor() {
    int[] all = IntStream.range(0, 32).toArray();

    assertThat(Selection.balanced(UNEVEN, 0, 1)).isEqualTo(all);
    assertThat(Selection.balanced(UNEVEN, 32, 1)).isEqualTo(all);
    assertThat(Selection.balanced(UNEVEN, 99, 1)).isEqualTo(all);
    assertThatThrownBy(() -> Selection.balanced(UNEVEN, -1, 1)).hasMessageContaining("max is -1");
  }

  @Test
  void balanced_takesAnySubsetWhereThereAreNoLabels() {
    Dataset unlabelled = new Labels(List.of(), IntStream.range(0, 50).map(i -> -1).toArray());

    assertThat(Selection.balanced(unlabelled, 10, 0))
        .hasSize(10)
        .isSorted()
        .doesNotHaveDuplicates()
        .isNotEqualTo(IntStream.range(0, 10).toArray());
  }

  @Test
  void share_isTheSameOfEveryClass() {
    int[] selected = Selection.share(UNEVEN, 0.5, 0);

    assertThat(selected).hasSize(16).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(selected).map(UNEVEN::label).filter(l -> l == 0)).hasSize(10);
    assertThat(Arrays.stream(selected).map(UNEVEN::label).filter(l -> l == 1)).hasSize(1);
    assertThat(Arrays.stream(selected).map(UNEVEN::label).filter(l -> l == 2)).hasSize(5);
    assertThat(selected).isEqualTo(Selection.share(UNEVEN, 0.5, 0));
    assertThat(selected).isNotEqualTo(Selection.share(UNEVEN, 0.5, 1));
  }

  @Test
  void share_keepsAnImageOfEachClassAndRoundsAsDecimalsDo() {
    Dataset hundred = new Labels(List.of("a"), new int[100]);

    assertThat(Selection.share(UNEVEN, 0.01, 0)).hasSize(3);
    assertThat(Selection.share(hundred, 0.29, 0)).hasSize(29);
    assertThat(Selection.share(UNEVEN, 1, 0)).hasSize(32);
    assertThatThrownBy(() -> Selection.share(UNEVEN, 0, 0)).hasMessageContaining("fraction is 0");
  }

  @Test
  void share_leavesOutWhatHasNoLabel() {
    Dataset partly = new Labels(List.of("a", "b"), new int[] {-1, 0, 1, -1, 0, 1});

    assertThat(Selection.share(partly, 1, 0)).containsExactly(1, 2, 4, 5);
  }

  @Test
  void fingerprints_changeWithNamesAndLabelsOnly() {
    Dataset same = new Labels(List.of("x", "y", "z"), labels(UNEVEN));
    int[] other = labels(UNEVEN);
    other[0] = 2;

    assertThat(Fingerprint.of(UNEVEN)).matches("[0-9a-f]{64}").isEqualTo(Fingerprint.of(same));
    assertThat(Fingerprint.of(new Labels(List.of("a"), other))).isNotEqualTo(Fingerprint.of(same));
    assertThat(Fingerprint.of(new Labels(List.of("a"), Arrays.copyOf(labels(UNEVEN), 31))))
        .isNotEqualTo(Fingerprint.of(same));
  }

  private static int[] labels(Dataset dataset) {
    return IntStream.range(0, dataset.size()).map(dataset::label).toArray();
  }

  /** A dataset of names and labels. */
  private record Labels(List<String> classes, int[] labels) implements Dataset {
    @Override
    public String uri() {
      return "labels";
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public int label(int index) {
      return labels[index];
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public Item read(int index) {
      return new Item.Encoded(new byte[0]);
    }

    @Override
    public void close() {}
  }
}
