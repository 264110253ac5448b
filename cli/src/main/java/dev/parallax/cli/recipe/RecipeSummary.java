package dev.parallax.cli.recipe;

import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Recipes in few words, for lists. */
public final class RecipeSummary {
  private static final String SMALL = "-small";
  private static final Pattern PRESET = Pattern.compile("-(small|cifar|imagenet|stl)(-.*)?$");

  private RecipeSummary() {}

  /**
   * Recipes by their method, both in alphabetical order. A method is what has a {@code -small}
   * recipe, and the recipes of one begin with its name; the longest such name counts.
   */
  public static SequencedMap<String, List<Recipe>> byMethod(List<Recipe> recipes) {
    List<String> methods =
        recipes.stream()
            .map(Recipe::getName)
            .filter(name -> name.endsWith(SMALL))
            .map(name -> name.substring(0, name.length() - SMALL.length()))
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
    TreeMap<String, List<Recipe>> groups = new TreeMap<>();
    for (Recipe recipe : recipes) {
      String name = recipe.getName();
      Optional<String> method =
          methods.stream().filter(m -> name.equals(m) || name.startsWith(m + "-")).findFirst();
      groups
          .computeIfAbsent(
              method.orElseGet(() -> PRESET.matcher(name).replaceFirst("")),
              key -> new ArrayList<>())
          .add(recipe);
    }
    groups.values().forEach(group -> group.sort(Comparator.comparing(Recipe::getName)));
    return groups;
  }

  /** {@code ResNet-18 ×0.25}. */
  public static String encoder(Encoder encoder) {
    return switch (encoder.getKindCase()) {
      case RESNET -> resnet(encoder.getResnet());
      case AMDIM -> "AMDIM " + encoder.getAmdim().getChannels();
      case KIND_NOT_SET -> "-";
    };
  }

  private static String resnet(ResNet resnet) {
    String name = (resnet.getSkRatio() > 0 ? "SK-ResNet-" : "ResNet-") + resnet.getDepth();
    return resnet.getWidth() == 1 ? name : name + " ×" + RecipeText.decimal(resnet.getWidth());
  }

  /** {@code NT-Xent}. */
  public static String loss(Loss loss) {
    return switch (loss.getKindCase()) {
      case NT_XENT -> "NT-Xent";
      case INFO_NCE -> "InfoNCE";
      case BANK_NCE -> loss.getBankNce().getNegatives() == 0 ? "bank softmax" : "bank NCE";
      case INSTANCE_SPREADING -> "spreading";
      case NORMALIZED_MSE -> "2 - 2 cos";
      case NEGATIVE_COSINE -> "-cos";
      case SWAPPED_PREDICTION -> "swapped";
      case ROW_PREDICTION -> "row NCE";
      case MULTI_SCALE_NCE -> "map NCE";
      case CROSS_ENTROPY -> "labels";
      case DISTILLATION -> "distillation";
      case KIND_NOT_SET -> "-";
    };
  }
}
