package dev.parallax.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.recipe.RecipeYaml;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What {@code recipes show} prints, read again by the trainer. */
class RecipeRoundTripTest {
  static List<Recipe> everyBuiltInRecipe_isUnderstoodAsItIsShown() {
    return Recipes.builtIn();
  }

  @ParameterizedTest
  @MethodSource
  void everyBuiltInRecipe_isUnderstoodAsItIsShown(Recipe recipe) {
    String yaml = RecipeText.yaml(recipe);
    assertThat(RecipeYaml.parse("recipe", yaml)).isEqualTo(recipe);
    assertThat(yaml).doesNotContain(": 0\n", ": false\n", "[]", "unspecified");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "Off",
        "1e-4",
        "7",
        "a: b",
        "# no comment",
        " spaces ",
        "two\nlines\twith\u0007a bell",
        "caf\u00e9 \u2028 \ud83d\ude00 \"\\",
        "-"
      })
  void texts_keepEveryCharacter(String source) {
    Recipe recipe = Recipes.builtIn().getFirst().toBuilder().setSource(source).build();
    assertThat(RecipeYaml.parse("recipe", RecipeText.yaml(recipe)).getSource()).isEqualTo(source);
    Map<String, Object> read = new Yaml().load(RecipeText.yaml(recipe));
    assertThat(read.get("source")).as("as any reader of YAML sees it").isEqualTo(source);
  }

  @Test
  void numbers_areExactAndNumbersForEveryReader() {
    Recipe.Builder recipe = Recipes.builtIn().getFirst().toBuilder();
    recipe.getOptimizationBuilder().setWeightDecay(1.234567890123e-7).setLearningRate(1 / 3.0);
    String yaml = RecipeText.yaml(recipe.build());
    assertThat(RecipeYaml.parse("recipe", yaml)).isEqualTo(recipe.build());
    Map<String, Map<String, Object>> read = new Yaml().load(yaml);
    assertThat(read.get("optimization").get("weight_decay")).isEqualTo(1.234567890123e-7);
  }
}
