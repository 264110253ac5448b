package dev.parallax.trainer.views;

import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.GaussianBlur;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.random.RandomGenerator;

/**
 * The random changes that move no pixel: colour jitter, greyscale, blur and solarisation of squares
 * of one side. Holds scratch memory, so each thread has its own.
 */
final class Appearance {
  private final int length;
  private final float[] rgb;
  private final Blur blur;
  private final int[] order = new int[4];

  Appearance(int side) {
    this.length = side * side * 3;
    this.rgb = new float[length];
    this.blur = new Blur(side);
  }

  /** Changes the {@code side * side * 3} bytes at {@code offset}, in place. */
  void change(ViewPipeline pipeline, RandomGenerator random, byte[] bytes, int offset) {
    boolean jitter =
        pipeline.hasColorJitter()
            && random.nextDouble() < pipeline.getColorJitter().getProbability();
    if (jitter) {
      load(bytes, offset);
      jitter(pipeline.getColorJitter(), random);
    }
    boolean grey =
        pipeline.hasGrayscale() && random.nextDouble() < pipeline.getGrayscale().getProbability();
    boolean blurred =
        pipeline.hasBlur() && random.nextDouble() < pipeline.getBlur().getProbability();
    double sigma = blurred ? sigma(pipeline.getBlur(), random) : 0;
    boolean solarized =
        pipeline.hasSolarize() && random.nextDouble() < pipeline.getSolarize().getProbability();
    if (!jitter && (grey || blurred || solarized)) {
      load(bytes, offset);
    }
    if (grey) {
      Color.greyscale(rgb, length);
    }
    if (blurred) {
      blur.apply(rgb, sigma);
    }
    if (solarized) {
      Color.solarize(rgb, length, pipeline.getSolarize().getThreshold());
    }
    if (jitter || grey || blurred || solarized) {
      store(bytes, offset);
    }
  }

  private static double sigma(GaussianBlur blur, RandomGenerator random) {
    double min = blur.getMinSigma();
    return min + random.nextDouble() * (blur.getMaxSigma() - min);
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
