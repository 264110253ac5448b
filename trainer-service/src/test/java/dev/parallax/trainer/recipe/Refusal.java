package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Recipe;
import java.util.function.Consumer;

/**
 * One change that makes a valid recipe an invalid one.
 *
 * @param message the whole refusal less the recipe's path: the field's path, its value, what is
 *     allowed
 */
record Refusal(Recipe.Builder valid, Consumer<Recipe.Builder> change, String message) {

  static Refusal of(Recipe.Builder valid, Consumer<Recipe.Builder> change, String message) {
    return new Refusal(valid, change, message);
  }

  /** The recipe passes, and the changed one is refused in these words. */
  void holds() {
    Recipe before = valid.build();
    assertThatCode(() -> RecipeChecks.check("spec.recipe", before)).doesNotThrowAnyException();
    Recipe.Builder after = before.toBuilder();
    change.accept(after);
    String field = message.substring(0, message.indexOf(' '));
    assertThatThrownBy(() -> RecipeChecks.check("spec.recipe", after.build()))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.getMessage()).isEqualTo("spec.recipe." + message);
              assertThat(e.field()).isEqualTo("spec.recipe." + field);
            });
  }

  @Override
  public String toString() {
    return message;
  }
}
