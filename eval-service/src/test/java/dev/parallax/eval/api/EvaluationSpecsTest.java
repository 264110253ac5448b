package dev.parallax.eval.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.parallax.eval.evaluation.EvaluationPlan;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.platform.errors.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationSpecsTest {
  private static final String SETS = "model: 'm' train_data: 'a' test_data: 'b' ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model: '../x' train_data: 'a' test_data: 'b' knn {} | spec.model | spec.model is "../x"
          train_data: 'a' test_data: 'b' knn {}               | spec.model | spec.model is empty
          model: 'm' test_data: 'b' knn {}                    | spec.train_data | spec.train_data is empty
          model: 'm' train_data: 'a' knn {}                   | spec.test_data | spec.test_data is empty
          $ version: -1 knn {}                                | spec.version | spec.version is -1
          $ max_train_images: -5 knn {}                       | spec.max_train_images | is -5
          $ max_test_images: -5 knn {}                        | spec.max_test_images | is -5
          $                                                   | spec | at least one of knn, linear, gallery and map
          $ knn { k: 10001 }                                  | spec.knn.k | allowed: 1 to 10000
          $ knn { k: -1 }                                     | spec.knn.k | is -1
          $ knn { temperature: 11 }                           | spec.knn.temperature | is 11.0
          $ knn { temperature: nan }                          | spec.knn.temperature | is NaN
          $ linear { c: [1, 0] }                              | spec.linear.c[1] | is 0.0
          $ linear { c: inf }                                 | spec.linear.c[0] | is Infinity
          $ linear { max_iterations: -1 }                     | spec.linear.max_iterations | is -1
          $ gallery { queries: 0 neighbors: 5 }               | spec.gallery.queries | is 0
          $ gallery { queries: 5 neighbors: 51 }              | spec.gallery.neighbors | is 51
          $ gallery { queries: 100 neighbors: 50 }            | spec.gallery | 5100 images
          $ map { points: 9 }                                 | spec.map.points | allowed: 10 to 5000
          """)
  void impossibleSpecs_areRefused_withTheField(String text, String field, String message)
      throws Exception {
    EvaluationSpec spec = spec(text);
    assertThatThrownBy(() -> EvaluationSpecs.plan(spec))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(RequestException.Kind.INVALID_ARGUMENT);
              assertThat(e.field()).isEqualTo(field);
            })
        .hasMessageContaining(message);
  }

  @Test
  void zeros_becomeTheDocumentedDefaults() throws Exception {
    EvaluationPlan plan = EvaluationSpecs.plan(spec("$ knn {} linear {}"));

    assertThat(plan.knn().orElseThrow().temperature()).isEqualTo(0.1);
    assertThat(plan.knn().orElseThrow().kFor(50_000)).isEqualTo(200);
    assertThat(plan.knn().orElseThrow().kFor(300)).isEqualTo(30);
    assertThat(plan.knn().orElseThrow().kFor(3)).isEqualTo(1);
    assertThat(plan.linear().orElseThrow().cs())
        .containsExactly(1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3);
    assertThat(plan.linear().orElseThrow().maxIterations()).isEqualTo(1000);
  }

  private static EvaluationSpec spec(String text) throws TextFormat.ParseException {
    return TextFormat.parse(text.replace("$", SETS), EvaluationSpec.class);
  }
}
