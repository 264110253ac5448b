package dev.parallax.cli.sweep;

import dev.parallax.cli.CliException;
import dev.parallax.cli.recipe.FieldOverride;
import dev.parallax.trainer.v1.Recipe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All combinations of the values of all factors, the last factor's changing fastest.
 *
 * @param points in that order
 */
public record Grid(List<Factor> factors, List<Point> points) {
  /** Trainings of one sweep, at most. */
  public static final int MAX_RUNS = 256;

  /**
   * A combination.
   *
   * @param values by the name of their factor, in the order of the factors
   * @param recipe with those values
   */
  public record Point(Map<String, String> values, Recipe recipe) {
    /** The output that is measured, where that is what varies: one training serves all of them. */
    Optional<String> vector() {
      return Optional.ofNullable(values.get(Factor.VECTOR));
    }

    /** {@code loss.temperature=0.1, views.blur=off}. */
    public String text() {
      return String.join(
          ", ", values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }
  }

  public Grid {
    factors = List.copyOf(factors);
    points = List.copyOf(points);
  }

  /**
   * @param seeds trainings of each combination
   * @throws CliException when a path or value is refused, a path is varied twice, or there are too
   *     many trainings
   */
  public static Grid of(Recipe recipe, List<Factor> factors, int seeds) {
    requireSize(factors, seeds);
    Set<String> paths = new HashSet<>();
    for (Factor factor : factors) {
      for (String path : factor.paths()) {
        if (!paths.add(path)) {
          throw CliException.usage("--vary " + path + " is there twice; allowed: once");
        }
      }
    }
    List<Point> points = List.of(new Point(Map.of(), recipe));
    for (Factor factor : factors) {
      List<Point> longer = new ArrayList<>();
      for (Point point : points) {
        factor.values().forEach(value -> longer.add(with(point, factor, value)));
      }
      points = longer;
    }
    return new Grid(factors, points);
  }

  private static Point with(Point point, Factor factor, String value) {
    Recipe recipe = point.recipe();
    for (String path : factor.isVector() ? List.<String>of() : factor.paths()) {
      recipe = new FieldOverride("--vary", path, value).applyTo(recipe);
    }
    Map<String, String> values = new LinkedHashMap<>(point.values());
    values.put(factor.name(), value);
    return new Point(values, recipe);
  }

  private static void requireSize(List<Factor> factors, int seeds) {
    long runs = seeds;
    StringBuilder product = new StringBuilder();
    for (Factor factor : factors) {
      runs = Math.min(Integer.MAX_VALUE, runs * factor.values().size());
      product.append(product.isEmpty() ? "" : " × ").append(factor.values().size());
    }
    if (runs > MAX_RUNS) {
      throw CliException.usage(
          "--vary asks for "
              + product
              + " combinations"
              + (seeds == 1 ? "" : " with " + seeds + " seeds")
              + ", "
              + runs
              + " trainings; allowed: at most "
              + MAX_RUNS);
    }
  }
}
