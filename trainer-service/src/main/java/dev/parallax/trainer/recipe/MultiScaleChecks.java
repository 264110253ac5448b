package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.MapPair;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;

/**
 * Pairs of feature maps: both exist, their vectors can be compared, and together they train all of
 * the encoder.
 */
final class MultiScaleChecks {
  private MultiScaleChecks() {}

  static void check(String path, Recipe recipe) {
    List<FeatureMap> maps = FeatureMap.of(recipe.getEncoder(), recipe.getViews().getImageSize());
    List<MapPair> pairs = recipe.getLoss().getMultiScaleNce().getPairsList();
    for (int i = 0; i < pairs.size(); i++) {
      String at = path + ".loss.multi_scale_nce.pairs[" + i + "]";
      FeatureMap from = named(at + ".from", pairs.get(i).getFrom(), maps);
      FeatureMap to = named(at + ".to", pairs.get(i).getTo(), maps);
      if (from.channels() != to.channels()) {
        throw RequestException.invalid(
            at + ".to",
            to.name(),
            names(maps.stream().filter(m -> m.channels() == from.channels()).toList())
                + ", with the "
                + from.channels()
                + " channels of "
                + from.name());
      }
    }
    trainsTheRepresentation(path + ".loss.multi_scale_nce.pairs", pairs, maps);
  }

  /**
   * What lies behind the last map that a pair names gets no gradient, and the representation is
   * what the last of all maps holds.
   */
  private static void trainsTheRepresentation(
      String path, List<MapPair> pairs, List<FeatureMap> maps) {
    List<String> last =
        maps.stream().filter(FeatureMap::reachesRepresentation).map(FeatureMap::name).toList();
    if (pairs.stream().noneMatch(p -> last.contains(p.getFrom()) || last.contains(p.getTo()))) {
      throw RequestException.invalid(
          path,
          pairs.stream().map(p -> p.getFrom() + "-" + p.getTo()).toList(),
          "one pair or more with "
              + LossNeeds.or(last)
              + ", without which the representation is not trained");
    }
  }

  private static FeatureMap named(String path, String name, List<FeatureMap> maps) {
    return maps.stream()
        .filter(map -> map.name().equals(name))
        .findFirst()
        .orElseThrow(() -> RequestException.invalid(path, name, names(maps)));
  }

  private static String names(List<FeatureMap> maps) {
    return LossNeeds.or(maps.stream().map(FeatureMap::name).toList());
  }
}
