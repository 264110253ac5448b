package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What grows with batch, views, queue and prototypes, and would otherwise show an hour later as a
 * worker without memory.
 */
final class MemoryChecks {
  /** Rows of a batch, whatever they are compared with. */
  private static final long MAX_ROWS = 32_768;

  /** Patches are small; what they are compared by has its own bound, {@link #MAX_COMPARED}. */
  private static final long MAX_PATCHES = 262_144;

  /** What a loss holds at once while it compares a batch, gradients among it: 8 GiB of float32. */
  private static final double MAX_COMPARED = 1L << 31;

  /** Vectors that outlive a step: 1 GiB of float32. */
  private static final double MAX_FLOATS = 1L << 28;

  private MemoryChecks() {}

  /**
   * Something that a batch needs.
   *
   * @param field what has to be less where not even two images fit, below the recipe's path
   * @param most of it that is allowed
   * @param need of a number of images, ascending
   * @param with what the recipe has that makes it as large
   */
  private record Limit(String field, double most, LongToDoubleFunction need, String with) {
    /** The largest batch that fits; 0: none. */
    int images() {
      int fits = 0;
      int tooMany = OptimizationChecks.MAX_BATCH + 1;
      while (tooMany - fits > 1) {
        int middle = (fits + tooMany) / 2;
        if (need.applyAsDouble(middle) <= most) {
          fits = middle;
        } else {
          tooMany = middle;
        }
      }
      return fits;
    }
  }

  static void check(String path, Recipe recipe) {
    Limit tightest =
        limits(recipe).stream().min(Comparator.comparingInt(Limit::images)).orElseThrow();
    int most = tightest.images();
    int batch = recipe.getOptimization().getBatchSize();
    if (most < 2) {
      String field = path + tightest.field();
      throw RequestException.invalidBecause(
          field,
          field + " gives " + tightest.with() + "; allowed: fewer, so that a batch holds 2 images");
    }
    if (batch > most) {
      throw RequestException.invalid(
          path + ".optimization.batch_size", batch, "at most " + most + " with " + tightest.with());
    }
    queue(path + ".targets.queue.size", recipe);
    prototypes(path + ".targets.prototypes.count", recipe);
  }

  private static List<Limit> limits(Recipe recipe) {
    Views views = recipe.getViews();
    List<ViewPipeline> pipelines = views.getPipelinesList();
    boolean patches = pipelines.stream().anyMatch(ViewPipeline::hasPatches);
    double rows = pipelines.stream().mapToDouble(p -> rows(views, p)).sum();
    double pixels = pipelines.stream().mapToDouble(p -> rows(views, p) * area(views, p)).sum();
    String with = pipelines.stream().map(p -> told(views, p)).collect(Collectors.joining(" and "));
    String field = patches ? ".views.pipelines[0].patches" : ".views.pipelines";
    List<Limit> limits = new ArrayList<>();
    limits.add(new Limit(field, patches ? MAX_PATCHES : MAX_ROWS, n -> n * rows, with));
    limits.add(new Limit(field, Integer.MAX_VALUE, n -> 3 * n * pixels, with));
    limits.addAll(similarities(recipe));
    return limits;
  }

  /**
   * Values that a loss compares a batch by, times how many tensors of them it has open at once: its
   * constants, what is kept for the gradients, and the gradients on their way.
   */
  private static List<Limit> similarities(Recipe recipe) {
    int views = ViewSizes.count(recipe.getViews());
    int size = RepresentationSizes.projection(recipe);
    long queue = recipe.getTargets().getQueue().getSize();
    return switch (recipe.getLoss().getKindCase()) {
      case NT_XENT -> List.of(pairs(8, views, views, queue));
      // One view's rows at a time.
      case INFO_NCE -> List.of(pairs(7, views, 1, queue));
      case INSTANCE_SPREADING -> List.of(pairs(24, views, views, 0));
      case BANK_NCE -> {
        int drawn = recipe.getLoss().getBankNce().getNegatives();
        yield List.of(
            new Limit(
                ".loss.bank_nce.negatives",
                MAX_COMPARED,
                n -> 4.0 * n * drawn * size,
                drawn + " negatives of " + size + " values"));
      }
      case SWAPPED_PREDICTION -> {
        int prototypes = recipe.getTargets().getPrototypes().getCount();
        yield List.of(
            new Limit(
                ".targets.prototypes.count",
                MAX_COMPARED,
                n -> 8.0 * n * views * prototypes,
                views + " views and " + prototypes + " prototypes"));
      }
      case ROW_PREDICTION -> List.of(rowPrediction(recipe));
      case MULTI_SCALE_NCE -> List.of(multiScale(recipe));
      case NORMALIZED_MSE, NEGATIVE_COSINE, CROSS_ENTROPY, DISTILLATION -> List.of();
      case KIND_NOT_SET -> throw new IllegalArgumentException("loss is not set");
    };
  }

  /**
   * Rows of a batch against each other and against a queue.
   *
   * @param rows of an image that are compared at once
   */
  private static Limit pairs(int tensors, int views, int rows, long queue) {
    return new Limit(
        queue > 0 ? ".targets.queue.size" : ".views.pipelines",
        MAX_COMPARED,
        n -> (double) tensors * n * rows * (n * rows + queue),
        queue > 0
            ? "a queue of " + queue + " vectors"
            : views + " views that are compared with each other");
  }

  /** The rows below the first of every image, each against all patches of the batch. */
  private static Limit rowPrediction(Recipe recipe) {
    ViewPipeline pipeline = recipe.getViews().getPipelines(0);
    int side = ViewSizes.side(recipe.getViews(), pipeline);
    double grid = ViewSizes.grid(side, pipeline.getPatches());
    int ahead = recipe.getLoss().getRowPrediction().getRowsAhead();
    return new Limit(
        ".views.pipelines[0].patches",
        MAX_COMPARED,
        n -> 4.0 * ahead * n * grid * (grid - 1) * n * grid * grid,
        "a grid of " + (int) grid + " by " + (int) grid + " patches");
  }

  /** A place of every image against all places of the other view's map, both ways. */
  private static Limit multiScale(Recipe recipe) {
    List<FeatureMap> maps = FeatureMap.of(recipe.getEncoder(), recipe.getViews().getImageSize());
    double places =
        recipe.getLoss().getMultiScaleNce().getPairsList().stream()
            .flatMap(pair -> maps.stream().filter(map -> map.name().equals(pair.getTo())))
            .mapToDouble(map -> (double) map.side() * map.side())
            .sum();
    return new Limit(
        ".loss.multi_scale_nce.pairs",
        MAX_COMPARED,
        n -> 16.0 * n * n * places,
        "pairs whose maps have " + (long) places + " places in all");
  }

  private static void queue(String path, Recipe recipe) {
    if (!recipe.getTargets().hasQueue()) {
      return;
    }
    int size = recipe.getTargets().getQueue().getSize();
    long dimensions = RepresentationSizes.projection(recipe);
    int queues =
        recipe.getTargets().hasPrototypes() ? recipe.getViews().getPipelines(0).getCount() : 1;
    if (size * dimensions * queues > MAX_FLOATS) {
      throw RequestException.invalid(
          path,
          size,
          "at most "
              + (long) MAX_FLOATS / (dimensions * queues)
              + " with vectors of "
              + dimensions
              + " values"
              + (queues == 1 ? "" : " in " + queues + " queues")
              + " (1 GiB)");
    }
  }

  private static void prototypes(String path, Recipe recipe) {
    int count = recipe.getTargets().getPrototypes().getCount();
    long dimensions = RepresentationSizes.projection(recipe);
    if (count * dimensions > MAX_FLOATS) {
      throw RequestException.invalid(
          path,
          count,
          "at most "
              + (long) MAX_FLOATS / dimensions
              + " with projections of "
              + dimensions
              + " values (1 GiB)");
    }
  }

  private static double rows(Views views, ViewPipeline pipeline) {
    return (double) pipeline.getCount() * ViewSizes.rows(views, pipeline);
  }

  private static double area(Views views, ViewPipeline pipeline) {
    double side = ViewSizes.encoderSide(views, pipeline);
    return side * side;
  }

  /** {@code 2 views of 224 pixels}, {@code 49 patches of 8 pixels}. */
  private static String told(Views views, ViewPipeline pipeline) {
    long rows = pipeline.getCount() * ViewSizes.rows(views, pipeline);
    String what = pipeline.hasPatches() ? " patches" : rows == 1 ? " view" : " views";
    return rows + what + " of " + ViewSizes.encoderSide(views, pipeline) + " pixels";
  }
}
