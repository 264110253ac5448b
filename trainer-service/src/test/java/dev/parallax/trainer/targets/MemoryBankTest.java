package dev.parallax.trainer.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.loss.NceLoss;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MemoryBankTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void updatesAgreeWithNumPy() {
    Golden golden = Golden.read("targets").get("memory_bank");
    try (MemoryBank bank = new MemoryBank(5, 3, golden.number("momentum"), 1)) {
      bank.state().set("bank.features", new GoldenNumbers("bank.features").uniforms(15));
      for (Golden update : golden.get("updates").list()) {
        int[] images = update.integers("images");
        try (TensorScope scope = TensorScope.root()) {
          bank.update(images, scope.floats(flat(update.rows("z")), images.length, 3));
        }
        float[] expected = flat(update.rows("features"));
        float[] features = bank.all().toFloats();
        for (int i = 0; i < expected.length; i++) {
          assertThat(features[i]).as("%s[%d]", update, i).isCloseTo(expected[i], within(1e-6f));
        }
      }
    }
  }

  @Test
  void startsWithDirectionsOfUnitLength() {
    try (MemoryBank bank = new MemoryBank(300, 12, 0.5, 3)) {
      float[] values = bank.all().toFloats();
      double mean = 0;
      for (int row = 0; row < 300; row++) {
        double squares = 0;
        for (int i = 0; i < 12; i++) {
          squares += values[row * 12 + i] * values[row * 12 + i];
          mean += values[row * 12 + i] / values.length;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
      }
      assertThat(mean).as("evenly").isCloseTo(0, within(0.02));
    }
  }

  @Test
  void anImageThatIsThereTwiceKeepsItsLastRow() {
    try (MemoryBank bank = new MemoryBank(4, 2, 0, 3);
        TensorScope scope = TensorScope.root()) {
      float[] before = bank.all().toFloats();
      Tensor z = scope.floats(new float[] {1, 0, 0.6f, 0.8f, 0, 1}, 3, 2);
      bank.update(new int[] {2, 0, 2}, z);
      assertThat(bank.all().toFloats())
          .containsExactly(0.6f, 0.8f, before[2], before[3], 0, 1, before[6], before[7]);
    }
  }

  @Test
  void lookupCopiesTheEntriesThatIndexesName() {
    try (MemoryBank bank = new MemoryBank(4, 2, 0.5, 3);
        TensorScope scope = TensorScope.root()) {
      bank.state().set("bank.features", new float[] {0, 1, 2, 3, 4, 5, 6, 7});
      Tensor entries = bank.lookup(scope.longs(new long[] {3, 0, 1, 3}, 2, 2));
      assertThat(entries.shape()).containsExactly(2, 2, 2);
      assertThat(entries.toFloats()).containsExactly(6, 7, 0, 1, 2, 3, 6, 7);
    }
  }

  @Test
  void noiseIsOfAllImages_andDependsOnSeedAndStepAlone() {
    try (MemoryBank bank = new MemoryBank(10, 2, 0.5, 3);
        MemoryBank same = new MemoryBank(10, 2, 0.5, 3);
        MemoryBank other = new MemoryBank(10, 2, 0.5, 4)) {
      int[] noise = bank.draw(5000, 7);
      assertThat(noise).isEqualTo(same.draw(5000, 7));
      assertThat(noise).isNotEqualTo(bank.draw(5000, 8)).isNotEqualTo(other.draw(5000, 7));
      for (int image = 0; image < 10; image++) {
        int at = image;
        assertThat(Arrays.stream(noise).filter(i -> i == at).count()).isBetween(400L, 600L);
      }
    }
  }

  @Test
  void normalizerIsThereOnceItIsEstimated_evenWhereItIsPastFloat32() {
    try (MemoryBank bank = new MemoryBank(2, 2, 0.5, 3)) {
      assertThat(bank.normalizer()).isEmpty();
      bank.setNormalizer(2_876_934.2);
      assertThat(bank.normalizer().orElseThrow()).isCloseTo(2_876_934.2, within(5.0));
      double hot = NceLoss.normalizer(new float[] {0.9f, 0.2f}, 0.001, 1_281_167);
      bank.setNormalizer(hot);
      assertThat(bank.normalizer().orElseThrow()).isFinite().isGreaterThan(1e299);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bank.setNormalizer(0))
          .withMessage("normalizer is 0.0; allowed: 1e-300 to 1e300");
    }
  }

  @Test
  void normalizerIsTheMeanOverTheBatchTimesTheBank() {
    double expected = 1000 * (Math.exp(0.25 / 0.5) + Math.exp(-0.5 / 0.5)) / 2;
    assertThat(NceLoss.normalizer(new float[] {0.25f, -0.5f}, 0.5, 1000))
        .isCloseTo(expected, within(1e-9 * expected));
  }

  @Test
  void memoryStaysFlat() {
    try (MemoryBank bank = new MemoryBank(64, 8, 0.5, 1);
        TensorScope scope = TensorScope.root()) {
      Tensor z = scope.floats(new GoldenNumbers("z").uniforms(24), 3, 8);
      bank.update(new int[] {1, 2, 3}, z);
      int ofBank = TensorProbe.openBeside(bank.all());
      int ofBatch = TensorProbe.openBeside(z);
      for (int step = 0; step < 300; step++) {
        bank.update(new int[] {step % 60, 61, 62}, z);
      }
      assertThat(TensorProbe.openBeside(bank.all())).isEqualTo(ofBank);
      assertThat(TensorProbe.openBeside(z)).isEqualTo(ofBatch);
    }
  }

  private static float[] flat(List<float[]> rows) {
    float[] values = new float[rows.size() * rows.getFirst().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / rows.getFirst().length)[i % rows.getFirst().length];
    }
    return values;
  }
}
