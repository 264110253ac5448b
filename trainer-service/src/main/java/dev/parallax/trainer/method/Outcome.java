package dev.parallax.trainer.method;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/**
 * What one batch gives.
 *
 * @param loss a scalar, nats
 * @param z vectors that the loss sees, {@code [rows, d]}; their spread tells of a collapse
 * @param remembered what the method's memory takes in once gradients are computed
 */
public record Outcome(Tensor loss, Tensor z, List<Tensor> remembered) {
  Outcome(Tensor loss, Tensor z) {
    this(loss, z, List.of());
  }
}
