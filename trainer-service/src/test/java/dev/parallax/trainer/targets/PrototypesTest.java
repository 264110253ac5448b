package dev.parallax.trainer.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PrototypesTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @Test
  void scoresAreProductsWithEveryPrototype_andTeachThePrototypes() {
    try (Parameters trained = Initialization.of(Prototypes.layer(3, 2), 1);
        TensorScope scope = TensorScope.root()) {
      Prototypes prototypes = new Prototypes(trained);
      trained.set("prototypes.weight", new float[] {1, 0, 0, 1, -0.6f, 0.8f});
      Tensor rows = scope.floats(new float[] {1, 0, 0.6f, 0.8f}, 2, 2);
      Tensor scores = prototypes.scores(rows);
      assertThat(scores.shape()).containsExactly(2, 3);
      assertThat(scores.toFloats())
          .containsExactly(new float[] {1, 0, -0.6f, 0.6f, 0.8f, 0.28f}, within(1e-6f));
      Autograd.backward(scores.sum());
      assertThat(Autograd.gradient(trained.get("prototypes.weight")).toFloats())
          .containsExactly(new float[] {1.6f, 0.8f, 1.6f, 0.8f, 1.6f, 0.8f}, within(1e-6f));
    }
  }

  @Test
  void normalizeKeepsDirections_andTheParameterTrainable() {
    try (Parameters trained = Initialization.of(Prototypes.layer(2, 2), 1);
        TensorScope scope = TensorScope.root()) {
      Prototypes prototypes = new Prototypes(trained);
      trained.set("prototypes.weight", new float[] {3, 4, 0, -0.5f});
      prototypes.normalize();
      assertThat(trained.get("prototypes.weight").toFloats())
          .containsExactly(new float[] {0.6f, 0.8f, 0, -1}, within(1e-6f));
      Tensor rows = scope.floats(new float[] {1, 0}, 1, 2);
      Autograd.backward(prototypes.scores(rows).sum());
      assertThat(Autograd.gradient(trained.get("prototypes.weight")).toFloats())
          .containsExactly(1, 0, 1, 0);
    }
  }

  @Test
  void memoryStaysFlat() {
    try (Parameters trained = Initialization.of(Prototypes.layer(30, 8), 1)) {
      Prototypes prototypes = new Prototypes(trained);
      prototypes.normalize();
      int before = TensorProbe.openBeside(trained.get("prototypes.weight"));
      for (int step = 0; step < 300; step++) {
        prototypes.normalize();
      }
      assertThat(TensorProbe.openBeside(trained.get("prototypes.weight"))).isEqualTo(before);
    }
  }
}
