package dev.parallax.trainer.encoder;

import dev.parallax.trainer.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Images as grids of patches, and back to one vector for each image. */
final class PatchLayers {
  private PatchLayers() {}

  static Tensor cut(Tensor images, Layer.Patches patches) {
    int size = patches.size();
    int rows = patches.rows(Math.toIntExact(images.size(2)));
    // Cut where channels lie together, and keep them so: convolutions are fastest on such strides.
    try (Tensor channelsLast = images.transpose(0, 2, 3, 1)) {
      List<Tensor> cuts = new ArrayList<>(rows * rows);
      for (int row = 0; row < rows; row++) {
        long top = (long) row * patches.stride();
        try (Tensor strip = channelsLast.slice(1, top, top + size)) {
          for (int column = 0; column < rows; column++) {
            long left = (long) column * patches.stride();
            cuts.add(strip.slice(2, left, left + size));
          }
        }
      }
      try (Tensor stacked = Tensor.stack(1, cuts);
          Tensor flat = stacked.reshape(images.size(0) * cuts.size(), size, size, 3)) {
        cuts.forEach(Tensor::close);
        return flat.transpose(0, 3, 1, 2);
      }
    }
  }

  static Tensor mean(Tensor vectors, Layer.PatchMean mean) {
    try (Tensor grids = vectors.reshape(-1, mean.places(), mean.features())) {
      return grids.mean(1);
    }
  }
}
