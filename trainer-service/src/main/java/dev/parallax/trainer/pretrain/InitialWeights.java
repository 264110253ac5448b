package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.export.OnnxWeights;
import dev.parallax.trainer.torch.Parameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A run that starts from a published model's weights. */
final class InitialWeights {
  private static final String CLASSIFIER = Network.CLASSIFIER + ".";

  private InitialWeights() {}

  /**
   * Loads the whole encoder, and the blocks of the projection from the first on, up to one that the
   * model has not in the same shape. So a fine-tuning whose projection is the first head layer goes
   * on from there (Chen et al. 2020b, section 2). A classifier starts afresh, as do the blocks
   * between a feature map and its loss, which no published model has.
   *
   * @throws TrainingFailedException when the model has another encoder
   */
  static void load(Initial initial, Network network, Parameters parameters, TrainingEvents events) {
    List<ParameterSpec> encoder = ParameterNames.served(network.encoder());
    for (ParameterSpec spec : encoder) {
      requireSame(initial, spec);
      parameters.set(spec.name(), initial.weights().get(spec.name()).values());
    }
    List<String> fresh = new ArrayList<>(heads(network, encoder));
    boolean goesOn = true;
    for (List<ParameterSpec> block : blocks(network)) {
      goesOn = goesOn && block.stream().allMatch(spec -> has(initial, spec));
      for (ParameterSpec spec : block) {
        if (goesOn) {
          parameters.set(spec.name(), initial.weights().get(spec.name()).values());
        } else {
          fresh.add(spec.name());
        }
      }
    }
    if (!fresh.isEmpty()) {
      events.warning(
          "these start at random, as initial_model "
              + initial.label()
              + " has none of that name and shape: "
              + String.join(", ", fresh));
    }
  }

  private static void requireSame(Initial initial, ParameterSpec spec) {
    if (!has(initial, spec)) {
      OnnxWeights.Weight weight = initial.weights().get(spec.name());
      throw new TrainingFailedException(
          "initial_model "
              + initial.label()
              + " has another encoder: its "
              + spec.name()
              + (weight == null ? " is missing" : " is " + weight.shape())
              + "; allowed: "
              + spec.shape().dimensions()
              + ", or set encoder as in that model's recipe");
    }
  }

  private static boolean has(Initial initial, ParameterSpec spec) {
    OnnxWeights.Weight weight = initial.weights().get(spec.name());
    return weight != null && weight.shape().equals(spec.shape().dimensions());
  }

  /** Parameters of the encoder that a loss alone sees. */
  private static List<String> heads(Network network, List<ParameterSpec> served) {
    Set<ParameterSpec> without = new HashSet<>(served);
    return ParameterNames.of(network.encoder()).stream()
        .filter(spec -> !without.contains(spec))
        .map(ParameterSpec::name)
        .toList();
  }

  /** The projection's parameters, a block {@code projection.<i>} at a time. */
  private static List<List<ParameterSpec>> blocks(Network network) {
    Map<String, List<ParameterSpec>> blocks = new LinkedHashMap<>();
    for (ParameterSpec spec : ParameterNames.of(network.projection())) {
      if (!spec.name().startsWith(CLASSIFIER)) {
        String[] path = spec.name().split("\\.", 3);
        blocks.computeIfAbsent(path[0] + "." + path[1], b -> new ArrayList<>()).add(spec);
      }
    }
    return List.copyOf(blocks.values());
  }
}
