package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.export.OnnxWeights;
import dev.parallax.trainer.torch.Parameters;
import java.util.ArrayList;
import java.util.List;

/** A run that starts from a published model's weights. */
final class InitialWeights {
  private InitialWeights() {}

  /**
   * Loads the whole encoder, and those layers of the projection, from the first on, that the model
   * has in the same shape. So a fine-tuning whose projection is the first head layer goes on from
   * there (Chen et al. 2020b, section 2).
   *
   * @throws TrainingFailedException when the model has another encoder
   */
  static void load(Initial initial, Network network, Parameters parameters, TrainingEvents events) {
    for (ParameterSpec spec : ParameterNames.of(network.encoder())) {
      OnnxWeights.Weight weight = initial.weights().get(spec.name());
      if (weight == null || !weight.shape().equals(spec.shape().dimensions())) {
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
      parameters.set(spec.name(), weight.values());
    }
    List<String> fresh = new ArrayList<>();
    for (Layer layer : network.projection().layers()) {
      for (ParameterSpec spec : ParameterNames.of(layer)) {
        OnnxWeights.Weight weight = initial.weights().get(spec.name());
        if (weight != null && weight.shape().equals(spec.shape().dimensions())) {
          parameters.set(spec.name(), weight.values());
        } else {
          fresh.add(spec.name());
        }
      }
    }
    if (fresh.stream().anyMatch(name -> !name.startsWith(Network.CLASSIFIER))) {
      events.warning(
          "these start at random, as initial_model "
              + initial.label()
              + " has none of that name and shape: "
              + String.join(", ", fresh));
    }
  }
}
