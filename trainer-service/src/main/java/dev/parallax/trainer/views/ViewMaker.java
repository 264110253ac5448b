package dev.parallax.trainer.views;

import dev.parallax.images.Resampler;
import dev.parallax.images.RgbImage;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.random.RandomGenerator;

/** Makes views of one size. Holds scratch memory, so each thread has its own. */
final class ViewMaker {
  private final int side;
  private final int length;
  private final float[] rgb;
  private final Blur blur;
  private final int[] order = new int[4];

  ViewMaker(int side) {
    this.side = side;
    this.length = side * side * 3;
    this.rgb = new float[length];
    this.blur = new Blur(side);
  }

  /** Writes one view of {@code image} as {@code side * side * 3} bytes at {@code offset}. */
  void make(RgbImage image, ViewPipeline pipeline, RandomGenerator random, byte[] out, int offset) {
    CropBox box =
        pipeline.hasCrop()
            ? CropBox.draw(pipeline.getCrop(), image.width(), image.height(), random)
            : CropBox.center(image.width(), image.height());
    Resampler.resize(image, box.x(), box.y(), box.width(), box.height(), side, side, out, offset);
    if (pipeline.hasFlip() && random.nextDouble() < pipeline.getFlip().getProbability()) {
      flip(out, offset);
    }
    boolean jitter =
        pipeline.hasColorJitter()
            && random.nextDouble() < pipeline.getColorJitter().getProbability();
    if (jitter) {
      load(out, offset);
      jitter(pipeline.getColorJitter(), random);
    }
    boolean grey =
        pipeline.hasGrayscale() && random.nextDouble() < pipeline.getGrayscale().getProbability();
    boolean blurred =
        pipeline.hasBlur() && random.nextDouble() < pipeline.getBlur().getProbability();
    if (!jitter && (grey || blurred)) {
      load(out, offset);
    }
    if (grey) {
      Color.greyscale(rgb, length);
    }
    if (blurred) {
      double min = pipeline.getBlur().getMinSigma();
      blur.apply(rgb, min + random.nextDouble() * (pipeline.getBlur().getMaxSigma() - min));
    }
    if (jitter || grey || blurred) {
      store(out, offset);
    }
  }

  private void jitter(ColorJitter jitter, RandomGenerator random) {
    shuffle(random);
    for (int operation : order) {
      switch (operation) {
        case 0 -> {
          if (jitter.getBrightness() > 0) {
            Color.brightness(rgb, length, factor(jitter.getBrightness(), random));
          }
        }
        case 1 -> {
          if (jitter.getContrast() > 0) {
            Color.contrast(rgb, length, factor(jitter.getContrast(), random));
          }
        }
        case 2 -> {
          if (jitter.getSaturation() > 0) {
            Color.saturation(rgb, length, factor(jitter.getSaturation(), random));
          }
        }
        case 3 -> {
          if (jitter.getHue() > 0) {
            Color.hue(rgb, length, (float) ((2 * random.nextDouble() - 1) * jitter.getHue()));
          }
        }
        default -> throw new IllegalStateException("operation " + operation);
      }
    }
  }

  private static float factor(double strength, RandomGenerator random) {
    double min = Math.max(0, 1 - strength);
    return (float) (min + random.nextDouble() * (1 + strength - min));
  }

  private void shuffle(RandomGenerator random) {
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
  }

  private void flip(byte[] out, int offset) {
    for (int y = 0; y < side; y++) {
      int left = offset + y * side * 3;
      int right = left + (side - 1) * 3;
      for (; left < right; left += 3, right -= 3) {
        for (int channel = 0; channel < 3; channel++) {
          byte swapped = out[left + channel];
          out[left + channel] = out[right + channel];
          out[right + channel] = swapped;
        }
      }
    }
  }

  private void load(byte[] bytes, int offset) {
    for (int i = 0; i < length; i++) {
      rgb[i] = bytes[offset + i] & 0xff;
    }
  }

  private void store(byte[] bytes, int offset) {
    for (int i = 0; i < length; i++) {
      bytes[offset + i] = (byte) (int) (rgb[i] + 0.5f);
    }
  }
}
