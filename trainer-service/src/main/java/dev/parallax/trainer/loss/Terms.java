package dev.parallax.trainer.loss;

import dev.parallax.trainer.torch.Tensor;
import java.util.List;

/** Scalars that make up a loss. */
final class Terms {
  private Terms() {}

  /** Their mean, a scalar; closes them. */
  static Tensor mean(List<Tensor> scalars) {
    List<Tensor> rows = scalars.stream().map(s -> s.reshape(1)).toList();
    try (Tensor all = Tensor.concat(0, rows)) {
      return all.mean();
    } finally {
      rows.forEach(Tensor::close);
      scalars.forEach(Tensor::close);
    }
  }
}
