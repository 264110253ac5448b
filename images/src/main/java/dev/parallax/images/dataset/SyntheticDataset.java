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
 * <p>Image i is the same for the same split, size and seed, however many images are asked for.
 */
final class SyntheticDataset implements Dataset {
  private static final Texture[] TEXTURES = Texture.values();
  private static final List<String> CLASSES =
      Arrays.stream(TEXTURES).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();

  /** Repetitions of a pattern across an image. */
  private static final double MIN_PERIODS = 2.5;

  private static final double MAX_PERIODS = 4.5;
  private static final double MAX_ANGLE = Math.toRadians(12);
  private static final double MAX_NOISE = 20;

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
    return new Item.Pixels(draw(TEXTURES[label(index)], random(uri, index)));
  }

  @Override
  public void close() {}

  /** The draws of one image; no two images, splits or seeds share a sequence. */
  static SplittableRandom random(SyntheticUri uri, int index) {
    long split = uri.split() == SyntheticUri.Split.TEST ? 1 : 0;
    return new SplittableRandom(mix(mix(uri.seed() * 2 + split) + index));
  }

  /**
   * Scatters consecutive numbers (Stafford's variant 13). SplittableRandom steps by a constant, so
   * that seeds which differ by a multiple of it give one sequence, shifted.
   */
  private static long mix(long number) {
    long once = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
    long twice = (once ^ (once >>> 27)) * 0x94d049bb133111ebL;
    return twice ^ (twice >>> 31);
  }

  private RgbImage draw(Texture texture, SplittableRandom random) {
    int side = uri.size();
    double scale = Math.exp(random.nextDouble(Math.log(MIN_PERIODS), Math.log(MAX_PERIODS))) / side;
    double angle = random.nextDouble(-MAX_ANGLE, MAX_ANGLE);
    double cos = Math.cos(angle) * scale;
    double sin = Math.sin(angle) * scale;
    double u0 = random.nextDouble();
    double v0 = random.nextDouble();
    double sign = random.nextBoolean() ? 1 : -1;
    var background = ColorField.draw(random, 40, 215);
    var contrast = ColorField.draw(random, 50, 170);
    double noise = random.nextDouble(2, MAX_NOISE);
    byte[] rgb = new byte[side * side * 3];
    int at = 0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double share = texture.at(u0 + cos * x + sin * y, v0 - sin * x + cos * y);
        for (int channel = 0; channel < 3; channel++) {
          double value =
              background.at(channel, (double) x / side, (double) y / side)
                  + sign
                      * (share - 0.5)
                      * contrast.at(channel, (double) x / side, (double) y / side)
                  + noise * (random.nextDouble() + random.nextDouble() - 1);
          rgb[at++] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
      }
    }
    return new RgbImage(side, side, rgb);
  }
}
