package dev.parallax.trainer.views;

import dev.parallax.images.RgbImage;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Item;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Images of noise, some of them damaged files. */
record Noise(int side, int size, Set<Integer> damaged) implements Dataset {
  RgbImage pixels(int i) {
    var random = new SplittableRandom(i);
    byte[] rgb = new byte[side * side * 3];
    random.nextBytes(rgb);
    return new RgbImage(side, side, rgb);
  }

  @Override
  public String uri() {
    return "noise";
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public int label(int i) {
    return -1;
  }

  @Override
  public String name(int i) {
    return "image-" + i;
  }

  @Override
  public Item read(int i) {
    return damaged.contains(i)
        ? new Item.Encoded(new byte[] {1, 2, 3})
        : new Item.Pixels(pixels(i));
  }

  @Override
  public void close() {}
}
