package dev.parallax.trainer.views;

import dev.parallax.images.Resampler;
import dev.parallax.images.RgbImage;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.random.RandomGenerator;

/** Makes views of one shape. Holds scratch memory, so each thread has its own. */
final class ViewMaker {
  private final ViewShape shape;
  private final int side;
  private final Appearance appearance;
  private byte[] view;
  private byte[] spare;

  ViewMaker(ViewShape shape) {
    this.shape = shape;
    this.side = shape.side();
    this.appearance = new Appearance(shape.rowSide());
    this.view = new byte[side * side * 3];
    this.spare = new byte[view.length];
  }

  /**
   * Writes the rows of one view of {@code image}.
   *
   * @param out receives {@link ViewShape#bytes()} bytes from its start
   */
  void make(RgbImage image, ViewPipeline pipeline, RandomGenerator random, byte[] out) {
    CropBox box =
        pipeline.hasCrop()
            ? CropBox.draw(pipeline.getCrop(), image.width(), image.height(), random)
            : CropBox.center(image.width(), image.height());
    Resampler.resize(image, box.x(), box.y(), box.width(), box.height(), side, side, view, 0);
    if (pipeline.hasPadCrop()) {
      int padding = pipeline.getPadCrop().getPadding();
      Shift.black(view, spare, side, distance(padding, random), distance(padding, random));
      swap();
    }
    if (pipeline.hasTranslate() && random.nextDouble() < pipeline.getTranslate().getProbability()) {
      int most = pipeline.getTranslate().getPixels();
      Shift.reflected(view, spare, side, distance(most, random), distance(most, random));
      swap();
    }
    if (pipeline.hasFlip() && random.nextDouble() < pipeline.getFlip().getProbability()) {
      flip();
    }
    shape.cut(view, out);
    for (int row = 0; row < shape.rows(); row++) {
      appearance.change(pipeline, random, out, row * shape.rowBytes());
    }
  }

  /** Uniform in [-most, most]. */
  private static int distance(int most, RandomGenerator random) {
    return random.nextInt(2 * most + 1) - most;
  }

  private void swap() {
    byte[] moved = spare;
    spare = view;
    view = moved;
  }

  private void flip() {
    for (int y = 0; y < side; y++) {
      int left = y * side * 3;
      int right = left + (side - 1) * 3;
      for (; left < right; left += 3, right -= 3) {
        for (int channel = 0; channel < 3; channel++) {
          byte swapped = view[left + channel];
          view[left + channel] = view[right + channel];
          view[right + channel] = swapped;
        }
      }
    }
  }
}
