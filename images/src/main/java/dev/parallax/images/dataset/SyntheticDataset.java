package dev.parallax.images.dataset;

import dev.parallax.images.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Ten kinds of pattern that nothing but the pattern tells apart: colours, contrast, light,
 * position, scale and noise are drawn for each image, from the same distributions for every class.
 * Those are what a random encoder sees first, and what views of one image do not share; the kind of
 * pattern is what they do share.
 *
 * <p>Image i is the same for the same split, size and seed, whatever the number of images.
 */
final class SyntheticDataset implements Dataset {
  private static final Texture[] TEXTURES = Texture.values();
  private static final List<String> CLASSES =
      Arrays.stream(TEXTURES).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();

  private final SyntheticUri uri;

  SyntheticDataset(SyntheticUri uri) {
    this.uri = uri;
  }

  @Override
  public String uri() {
    return uri.uri();
  }

  @Override
  public int size() {
    return uri.images();
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int label(int index) {
    return Math.floorMod(index, TEXTURES.length);
  }

  @Override
  public String name(int index) {
    return String.format(
        Locale.ROOT,
        "%s/%d-%d/%06d-%s",
        uri.split().name().toLowerCase(Locale.ROOT),
        uri.seed(),
        uri.size(),
        index,
        CLASSES.get(label(index)));
  }

  @Override
  public Item read(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(index);
    }
    long stream =
        (uri.seed() * 2 + (uri.split() == SyntheticUri.Split.TEST ? 1 : 0)) * 0x9e3779b97f4a7c15L;
    var random = new SplittableRandom(stream + index * 0xbf58476d1ce4e5b9L);
    return new Item.Pixels(draw(TEXTURES[label(index)], random));
  }

  @Override
  public void close() {}

  private RgbImage draw(Texture texture, SplittableRandom random) {
    int side = uri.size();
    double periods = Math.exp(random.nextDouble(Math.log(2.2), Math.log(4.5)));
    double angle = random.nextDouble(-MAX_ANGLE, MAX_ANGLE);
    double scale = periods / side;
    double cos = Math.cos(angle) * scale;
    double sin = Math.sin(angle) * scale;
    double u0 = random.nextDouble();
    double v0 = random.nextDouble();
    double[] background = color(random);
    double[] foreground = color(random);
    while (distance(background, foreground) < MIN_CONTRAST) {
      foreground = color(random);
    }
    double[] lightX = gradient(random);
    double[] lightY = gradient(random);
    double noise = random.nextDouble(4, 22);
    byte[] rgb = new byte[side * side * 3];
    int at = 0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double share = texture.at(u0 + cos * x + sin * y, v0 - sin * x + cos * y);
        for (int channel = 0; channel < 3; channel++) {
          double value =
              background[channel]
                  + share * (foreground[channel] - background[channel])
                  + lightX[channel] * ((double) x / side - 0.5)
                  + lightY[channel] * ((double) y / side - 0.5)
                  + noise * (random.nextDouble() + random.nextDouble() - 1);
          rgb[at++] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
      }
    }
    return new RgbImage(side, side, rgb);
  }

  private static final double MAX_ANGLE = Math.PI / 12;
  private static final double MIN_CONTRAST = 60;

  private static double[] color(SplittableRandom random) {
    return new double[] {
      random.nextDouble(20, 235), random.nextDouble(20, 235), random.nextDouble(20, 235)
    };
  }

  private static double[] gradient(SplittableRandom random) {
    return new double[] {
      random.nextDouble(-70, 70), random.nextDouble(-70, 70), random.nextDouble(-70, 70)
    };
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
