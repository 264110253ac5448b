package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.BatchNormPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Runs layers in training mode so that batch norm sees the rows that a policy names: rows that
 * share statistics go through the layers together. Running statistics move once for each part.
 */
record BatchNormRows(BatchNormPolicy policy, long seed) {

  /**
   * Outputs of all rows, in their order.
   *
   * @param rows blocks of views
   */
  Tensor run(Layer layer, Parameters parameters, List<Step.Rows> rows) {
    List<Tensor> outputs = new ArrayList<>();
    for (Step.Rows block : rows) {
      outputs.addAll(parts(layer, parameters, block.pixels(), parts(block.views())));
    }
    return joined(outputs);
  }

  /**
   * Projections of all rows, in their order. Views of several sizes go through the encoder a size
   * at a time; where all rows share statistics they pass the head together, as in
   * facebookresearch/swav.
   */
  Tensor run(Network network, Parameters parameters, List<Step.Rows> rows) {
    return switch (policy.getStatistics()) {
      case BATCH_NORM_STATISTICS_GLOBAL, BATCH_NORM_STATISTICS_UNSPECIFIED, UNRECOGNIZED -> {
        Tensor h = run(network.encoder(), parameters, rows);
        Tensor z = Forward.run(network.projection(), parameters, h, Forward.Mode.TRAINING);
        if (z != h) {
          h.close();
        }
        yield z;
      }
      case BATCH_NORM_STATISTICS_PER_VIEW,
          BATCH_NORM_STATISTICS_SPLIT,
          BATCH_NORM_STATISTICS_SHUFFLED ->
          run(network.whole(), parameters, rows);
    };
  }

  /** As {@link #run}, for what is computed from rows of vectors. */
  Tensor run(Layer layer, Parameters parameters, Tensor rows, int views) {
    return joined(parts(layer, parameters, rows, parts(views)));
  }

  /**
   * Projections of all rows as keys of a momentum encoder: with shuffled statistics each view's
   * rows change places before they fall into parts, and back afterwards (He et al. 2020, section
   * 3.3).
   *
   * @param step decides the permutation, together with the seed
   */
  Tensor keys(Network network, Parameters parameters, List<Step.Rows> rows, Step step) {
    return switch (policy.getStatistics()) {
      case BATCH_NORM_STATISTICS_SHUFFLED -> {
        Step.Rows block = rows.getFirst();
        long[] order = permutation(block.views(), step);
        try (Tensor forth = indexes(step.scope(), order);
            Tensor back = indexes(step.scope(), inverse(order));
            Tensor shuffled = block.pixels().imageRows(forth);
            Tensor outputs =
                joined(parts(network.whole(), parameters, shuffled, parts(block.views())))) {
          yield outputs.rows(back);
        }
      }
      case BATCH_NORM_STATISTICS_GLOBAL,
          BATCH_NORM_STATISTICS_PER_VIEW,
          BATCH_NORM_STATISTICS_SPLIT,
          BATCH_NORM_STATISTICS_UNSPECIFIED,
          UNRECOGNIZED ->
          run(network, parameters, rows);
    };
  }

  /**
   * The output and the feature maps of all rows, in their order.
   *
   * @param maps takes the maps by name
   */
  Tensor run(Layer layer, Parameters parameters, Step.Rows rows, Map<String, Tensor> maps) {
    Map<String, List<Tensor>> pieces = new LinkedHashMap<>();
    List<Tensor> outputs = new ArrayList<>();
    int parts = parts(rows.views());
    long each = rows.pixels().size(0) / parts;
    for (int i = 0; i < parts; i++) {
      Map<String, Tensor> piece = new LinkedHashMap<>();
      try (Tensor part = rows.pixels().slice(0, i * each, (i + 1) * each)) {
        outputs.add(Forward.run(layer, parameters, part, Forward.Mode.TRAINING, piece));
      }
      piece.forEach((name, map) -> pieces.computeIfAbsent(name, n -> new ArrayList<>()).add(map));
    }
    pieces.forEach((name, list) -> maps.put(name, joined(list)));
    return joined(outputs);
  }

  private int parts(int views) {
    return switch (policy.getStatistics()) {
      case BATCH_NORM_STATISTICS_PER_VIEW -> views;
      case BATCH_NORM_STATISTICS_SPLIT, BATCH_NORM_STATISTICS_SHUFFLED ->
          views * policy.getGroups();
      case BATCH_NORM_STATISTICS_GLOBAL, BATCH_NORM_STATISTICS_UNSPECIFIED, UNRECOGNIZED -> 1;
    };
  }

  private static List<Tensor> parts(Layer layer, Parameters parameters, Tensor rows, int parts) {
    if (parts == 1) {
      return List.of(Forward.run(layer, parameters, rows, Forward.Mode.TRAINING));
    }
    long each = rows.size(0) / parts;
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      Tensor part = rows.slice(0, i * each, (i + 1) * each);
      Tensor output = Forward.run(layer, parameters, part, Forward.Mode.TRAINING);
      if (output != part) {
        part.close();
      }
      outputs.add(output);
    }
    return outputs;
  }

  private static Tensor joined(List<Tensor> outputs) {
    if (outputs.size() == 1) {
      return outputs.getFirst();
    }
    Tensor all = Tensor.concat(0, outputs);
    outputs.forEach(Tensor::close);
    return all;
  }

  private long[] permutation(int views, Step step) {
    SplittableRandom random = StepRandom.of(seed, step.number());
    int each = step.size();
    long[] order = new long[views * each];
    for (int view = 0; view < views; view++) {
      for (int i = 0; i < each; i++) {
        int j = random.nextInt(i + 1);
        order[view * each + i] = order[view * each + j];
        order[view * each + j] = (long) view * each + i;
      }
    }
    return order;
  }

  private static long[] inverse(long[] order) {
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return inverse;
  }

  private static Tensor indexes(TensorScope scope, long[] values) {
    return scope.longs(values, values.length);
  }
}
