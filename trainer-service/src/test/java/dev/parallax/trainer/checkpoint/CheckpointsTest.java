package dev.parallax.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final Progress PROGRESS =
      new Progress(new Position(3, 2, 14), 1.0 / 3, Map.of("loss", 0.1, "online_knn", 0.5));

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();

  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void whatIsSavedIsRestored_tensorsOfManyStretchesToo() throws Exception {
    // More than the 2^22 values of a stretch.
    int large = (1 << 22) + 3;
    try (Parameters saved = new Parameters();
        Parameters restored = new Parameters()) {
      saved.add("small", new float[] {1, 2, 3, 4, 5, 6}, true, 3, 2);
      saved.add("large", counting(large), false, large);
      restored.add("small", new float[6], true, 3, 2);
      restored.add("large", new float[large], false, large);
      var checkpoints = new Checkpoints(directory, "a");
      checkpoints.save(PROGRESS, List.of(saved));
      assertThat(checkpoints.restore(List.of(restored), warnings::add)).contains(PROGRESS);
      assertThat(restored.get("small").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(Arrays.equals(restored.get("large").toFloats(), counting(large))).isTrue();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void aCheckpointWithAnotherShapeChangesNothing() throws Exception {
    try (Parameters saved = new Parameters();
        Parameters other = new Parameters()) {
      saved.add("a", new float[] {1, 2}, false, 2);
      saved.add("b", new float[] {3, 4}, false, 2);
      other.add("a", new float[] {7, 8}, false, 2);
      other.add("b", new float[] {9, 9, 9}, false, 3);
      var checkpoints = new Checkpoints(directory, "a");
      checkpoints.save(PROGRESS, List.of(saved));
      assertThat(checkpoints.restore(List.of(other), warnings::add)).isEmpty();
      assertThat(other.get("a").toFloats()).containsExactly(7, 8);
    }
    assertThat(warnings).singleElement().asString().contains("has b as [2], not [3]");
  }

  @Test
  void aCheckpointThatIsCutOffIsPassedOverForTheOneBefore() throws Exception {
    try (Parameters state = new Parameters()) {
      state.add("a", new float[] {1, 2}, false, 2);
      var checkpoints = new Checkpoints(directory, "a");
      checkpoints.save(PROGRESS, List.of(state));
      state.set("a", new float[] {3, 4});
      checkpoints.save(new Progress(new Position(4, 0, 16), 0, Map.of()), List.of(state));
      Path newest = directory.resolve("step-000000000016.safetensors");
      byte[] bytes = Files.readAllBytes(newest);
      Files.write(newest, Arrays.copyOf(bytes, bytes.length - 1));
      assertThat(checkpoints.restore(List.of(state), warnings::add)).contains(PROGRESS);
      assertThat(state.get("a").toFloats()).containsExactly(1, 2);
    }
    assertThat(warnings).singleElement().asString().contains("is cut off");
  }

  @Test
  void aValueThatIsNoNumberIsNotWritten() throws Exception {
    try (Parameters state = new Parameters()) {
      state.add("a", new float[] {1, Float.NaN}, false, 2);
      var checkpoints = new Checkpoints(directory, "a");
      assertThatThrownBy(() -> checkpoints.save(PROGRESS, List.of(state)))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("a is NaN");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private static float[] counting(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    return values;
  }
}
