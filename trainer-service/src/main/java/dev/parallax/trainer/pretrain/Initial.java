package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.export.OnnxWeights.Weight;
import java.util.Map;

/**
 * The weights that a run starts from.
 *
 * @param label model and version, as in {@code simclr-photos/3}
 */
public record Initial(String label, Map<String, Weight> weights) {}
