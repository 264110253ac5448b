package dev.parallax.trainer.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorProbe;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.Similarity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values and gradients are in {@code LossGoldenTest}. */
class SimilarityFunctionTest {
  @BeforeAll
  static void startEngine() {
    Torch.start(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SIMILARITY_COSINE",
        "SIMILARITY_DOT",
        "SIMILARITY_BILINEAR",
        "SIMILARITY_TANH_CLIPPED_DOT"
      })
  void pairsAreTheDiagonalOfTheMatrix_andSelfIsTheMatrixWithItself(Similarity kind) {
    try (TensorScope scope = TensorScope.root()) {
      SimilarityFunction similarity = function(kind, scope);
      Tensor a = scope.floats(new GoldenNumbers("a").uniforms(12), 3, 4);
      Tensor b = scope.floats(new GoldenNumbers("b").uniforms(12), 3, 4);
      float[] pairs = similarity.pairs(a, b).toFloats();
      assertThat(similarity.matrix(a, b).diagonal().toFloats())
          .containsExactly(pairs, within(1e-6f));
      assertThat(similarity.self(a).toFloats())
          .containsExactly(similarity.matrix(a, a).toFloats(), within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SIMILARITY_COSINE",
        "SIMILARITY_DOT",
        "SIMILARITY_BILINEAR",
        "SIMILARITY_TANH_CLIPPED_DOT"
      })
  void nothingStaysOpenInTheScopesOfTheOperands(Similarity kind) {
    try (TensorScope queue = TensorScope.root();
        TensorScope step = TensorScope.root()) {
      SimilarityFunction similarity = function(kind, queue);
      Tensor a = step.floats(new GoldenNumbers("a").uniforms(12), 3, 4);
      Tensor b = queue.floats(new GoldenNumbers("b").uniforms(12), 3, 4);
      int ofQueue = TensorProbe.openBeside(b);
      int ofStep = TensorProbe.openBeside(a);
      similarity.matrix(a, b).close();
      similarity.pairs(a, b).close();
      similarity.self(a).close();
      assertThat(TensorProbe.openBeside(b)).isEqualTo(ofQueue);
      assertThat(TensorProbe.openBeside(a)).isEqualTo(ofStep);
    }
  }

  @Test
  void cosineOfUnitRowsIsTheirDotProduct() {
    var cosine = SimilarityFunction.of(Similarity.SIMILARITY_COSINE, 0);
    assertThat(cosine.normalizes()).isTrue();
    assertThat(cosine.onUnitRows().kind()).isEqualTo(Similarity.SIMILARITY_DOT);
    var clipped = SimilarityFunction.of(Similarity.SIMILARITY_TANH_CLIPPED_DOT, 20);
    assertThat(clipped.normalizes()).isFalse();
    assertThat(clipped.onUnitRows()).isEqualTo(clipped);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityFunction.of(Similarity.SIMILARITY_TANH_CLIPPED_DOT, 0))
        .withMessage("similarity_clip is 0.0; allowed: above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityFunction.of(Similarity.SIMILARITY_DOT, 3))
        .withMessage("similarity_clip is 3.0; allowed: 0 with SIMILARITY_DOT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityFunction.of(Similarity.SIMILARITY_BILINEAR, 0))
        .withMessage("SIMILARITY_BILINEAR needs a weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimilarityFunction.of(Similarity.SIMILARITY_UNSPECIFIED, 0))
        .withMessageStartingWith("similarity is SIMILARITY_UNSPECIFIED; allowed:");
  }

  private static SimilarityFunction function(Similarity kind, TensorScope scope) {
    return switch (kind) {
      case SIMILARITY_BILINEAR ->
          SimilarityFunction.bilinear(scope.floats(new GoldenNumbers("weight").uniforms(16), 4, 4));
      case SIMILARITY_TANH_CLIPPED_DOT -> SimilarityFunction.of(kind, 0.5);
      case SIMILARITY_COSINE, SIMILARITY_DOT, SIMILARITY_UNSPECIFIED, UNRECOGNIZED ->
          SimilarityFunction.of(kind, 0);
    };
  }
}
