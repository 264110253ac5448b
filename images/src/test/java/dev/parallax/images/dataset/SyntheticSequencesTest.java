package dev.parallax.images.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SyntheticSequencesTest {
  @Test
  void splitsShareNoDraws() {
    assertThat(draws("synthetic:test", 7)).doesNotContainAnyElementsOf(draws("synthetic:train", 7));
  }

  @Test
  void seedsShareNoDraws() {
    assertThat(draws("synthetic:train?seed=1", 7))
        .doesNotContainAnyElementsOf(draws("synthetic:train?seed=0", 7));
  }

  @Test
  void imagesShareNoDraws() {
    assertThat(draws("synthetic:train", 8))
        .doesNotContainAnyElementsOf(draws("synthetic:train", 7));
  }

  private static Set<Long> draws(String uri, int index) {
    return SyntheticDataset.random(SyntheticUri.parse(uri), index)
        .longs(1000)
        .boxed()
        .collect(Collectors.toSet());
  }
}
