package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Recipe;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The recipes that come with Parallax. */
public final class Recipes {
  private static final List<Recipe> BUILT_IN =
      Stream.of(
              InstDisc.recipes(),
              InvaSpread.recipes(),
              MoCoV1.recipes(),
              MoCoV2.recipes(),
              SimClr.recipes(),
              SimClrV2.recipes(),
              SimClrV2FineTuning.recipes(),
              SimClrV2Distillation.recipes(),
              SwAv.recipes(),
              Byol.recipes(),
              SimSiam.recipes(),
              CpcV2.recipes(),
              Amdim.recipes(),
              yaml("yadim-imagenet", "yadim-cifar", "yadim-small", "predictor-queue-small"))
          .flatMap(List::stream)
          .sorted(Comparator.comparing(Recipe::getName))
          .toList();

  private Recipes() {}

  /** Compositions that are files and no code. */
  private static List<Recipe> yaml(String... names) {
    return Stream.of(names).map(RecipeYaml::resource).toList();
  }

  /** All of them, in alphabetical order. */
  public static List<Recipe> builtIn() {
    return BUILT_IN;
  }

  /**
   * The recipe of that name.
   *
   * @throws RequestException INVALID_ARGUMENT with the names there are
   */
  public static Recipe named(String field, String name) {
    return BUILT_IN.stream()
        .filter(r -> r.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                RequestException.invalid(
                    field,
                    name,
                    BUILT_IN.stream().map(Recipe::getName).collect(Collectors.joining(", "))));
  }

  /**
   * Checks every field of a recipe and that its parts fit together.
   *
   * @param path where the recipe stands in the request, as in {@code spec.recipe}
   * @throws RequestException INVALID_ARGUMENT that names the field, its value and what is allowed
   */
  public static void validate(String path, Recipe recipe) {
    RecipeChecks.check(path, recipe);
  }
}
