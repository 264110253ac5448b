package dev.parallax.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.images.RgbImage;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.GaussianBlur;
import dev.parallax.trainer.v1.Grayscale;
import dev.parallax.trainer.v1.HorizontalFlip;
import dev.parallax.trainer.v1.PadCrop;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.RandomResizedCrop;
import dev.parallax.trainer.v1.Solarize;
import dev.parallax.trainer.v1.Translate;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViewMakerTest {
  private static final int SIDE = 16;
  private static final RgbImage IMAGE = new Noise(SIDE, 1, Set.of()).pixels(0);

  @Test
  void aViewDependsOnItsGeneratorAlone() {
    var maker = new ViewMaker(new ViewShape(SIDE, 8, 4));
    byte[] first = view(maker, everything(), 1);
    byte[] other = view(maker, everything(), 2);
    assertThat(other).isNotEqualTo(first);
    assertThat(view(maker, everything(), 1)).isEqualTo(first);
  }

  @Test
  void withoutColourOperationsOverlappingPatchesShareTheirPixels() {
    ViewPipeline moved =
        everything().toBuilder()
            .clearColorJitter()
            .clearGrayscale()
            .clearBlur()
            .clearSolarize()
            .build();
    byte[] rows = view(moved, 3);
    byte[] whole = view(moved.toBuilder().clearPatches().build(), 3);
    byte[] cut = new byte[rows.length];
    new ViewShape(SIDE, 8, 4).cut(whole, cut);
    assertThat(rows).isEqualTo(cut);
    // The right half of the first patch is the left half of the second.
    for (int y = 0; y < 8; y++) {
      int left = y * 8 * 3;
      int right = 8 * 8 * 3 + left;
      assertThat(Arrays.copyOfRange(rows, left + 12, left + 24))
          .isEqualTo(Arrays.copyOfRange(rows, right, right + 12));
    }
  }

  @Test
  void everyPatchDrawsItsOwnColours() {
    ViewPipeline dimmed =
        ViewPipeline.newBuilder()
            .setPatches(Patches.newBuilder().setSize(8).setStride(8))
            .setColorJitter(ColorJitter.newBuilder().setBrightness(0.9).setProbability(1))
            .build();
    var maker = new ViewMaker(new ViewShape(SIDE, 8, 8));
    byte[] rows = new byte[SIDE * SIDE * 3];
    byte[] grey = new byte[SIDE * SIDE * 3];
    Arrays.fill(grey, (byte) 100);
    maker.make(new RgbImage(SIDE, SIDE, grey), dimmed, new SplittableRandom(1), rows);
    Set<Byte> levels = new HashSet<>();
    for (int patch = 0; patch < 4; patch++) {
      byte[] pixels = Arrays.copyOfRange(rows, patch * 192, (patch + 1) * 192);
      assertThat(pixels).containsOnly(pixels[0]);
      levels.add(pixels[0]);
    }
    assertThat(levels).hasSize(4);
  }

  @Test
  void somePatchesAreGreyAndOthersAreNot() {
    ViewPipeline sometimes =
        ViewPipeline.newBuilder()
            .setPatches(Patches.newBuilder().setSize(4).setStride(4))
            .setGrayscale(Grayscale.newBuilder().setProbability(0.5))
            .build();
    byte[] rows = view(sometimes, 1);
    int grey = 0;
    for (int patch = 0; patch < 16; patch++) {
      int at = patch * 48;
      grey += rows[at] == rows[at + 1] && rows[at] == rows[at + 2] ? 1 : 0;
    }
    assertThat(grey).isBetween(3, 13);
  }

  @Test
  void blurReachesTheBordersOfTheSmallestPatch() {
    ViewPipeline blurred =
        ViewPipeline.newBuilder()
            .setPatches(Patches.newBuilder().setSize(4).setStride(2))
            .setBlur(GaussianBlur.newBuilder().setProbability(1).setMinSigma(10).setMaxSigma(10))
            .build();
    byte[] rows = new byte[(int) new ViewShape(SIDE, 4, 2).bytes()];
    byte[] even = new byte[SIDE * SIDE * 3];
    Arrays.fill(even, (byte) 77);
    new ViewMaker(new ViewShape(SIDE, 4, 2))
        .make(new RgbImage(SIDE, SIDE, even), blurred, new SplittableRandom(1), rows);
    assertThat(rows).containsOnly(77);
  }

  @Test
  void translationDrawsEveryDistanceUpToItsLargest() {
    ViewPipeline pipeline =
        ViewPipeline.newBuilder()
            .setTranslate(Translate.newBuilder().setPixels(1).setProbability(1))
            .build();
    assertThat(distinct(pipeline)).hasSize(9);
  }

  @Test
  void aTranslationOfProbabilityZeroLeavesTheImage() {
    ViewPipeline pipeline =
        ViewPipeline.newBuilder().setTranslate(Translate.newBuilder().setPixels(4)).build();
    assertThat(view(pipeline, 1)).isEqualTo(IMAGE.rgb());
  }

  @Test
  void padCropDrawsEveryWindowOfThePaddedImage() {
    ViewPipeline pipeline =
        ViewPipeline.newBuilder().setPadCrop(PadCrop.newBuilder().setPadding(1)).build();
    Set<String> views = distinct(pipeline);
    assertThat(views).hasSize(9).contains(Arrays.toString(IMAGE.rgb()));
  }

  @Test
  void padCropResizesTheImageToTheViewFirst() {
    var small = new ViewMaker(new ViewShape(8, 8, 8));
    byte[] uncut = new byte[8 * 8 * 3];
    small.make(IMAGE, ViewPipeline.getDefaultInstance(), new SplittableRandom(1), uncut);
    ViewPipeline pipeline =
        ViewPipeline.newBuilder().setPadCrop(PadCrop.newBuilder().setPadding(8)).build();
    byte[] padded = new byte[8 * 8 * 3];
    small.make(IMAGE, pipeline, new SplittableRandom(4), padded);
    var random = new SplittableRandom(4);
    byte[] expected = new byte[8 * 8 * 3];
    Shift.black(uncut, expected, 8, random.nextInt(17) - 8, random.nextInt(17) - 8);
    assertThat(padded).isEqualTo(expected);
  }

  @Test
  void solarizationComesAfterGreyscale() {
    ViewPipeline grey =
        ViewPipeline.newBuilder().setGrayscale(Grayscale.newBuilder().setProbability(1)).build();
    ViewPipeline both =
        grey.toBuilder()
            .setSolarize(Solarize.newBuilder().setProbability(1).setThreshold(1))
            .build();
    byte[] plain = view(grey, 1);
    byte[] inverted = view(both, 1);
    for (int i = 0; i < plain.length; i++) {
      int sum = (plain[i] & 0xff) + (inverted[i] & 0xff);
      // Both round to the nearest level.
      assertThat(sum).isBetween(254, 256);
    }
  }

  @Test
  void solarizationAloneInvertsBrightLevels() {
    ViewPipeline pipeline =
        ViewPipeline.newBuilder()
            .setSolarize(Solarize.newBuilder().setProbability(1).setThreshold(128))
            .build();
    byte[] view = view(pipeline, 1);
    for (int i = 0; i < view.length; i++) {
      int level = IMAGE.rgb()[i] & 0xff;
      assertThat(view[i] & 0xff).isEqualTo(level < 128 ? level : 255 - level);
    }
  }

  private static Set<String> distinct(ViewPipeline pipeline) {
    Set<String> views = new HashSet<>();
    for (int seed = 0; seed < 300; seed++) {
      views.add(Arrays.toString(view(pipeline, seed)));
    }
    return views;
  }

  private static ViewPipeline everything() {
    return ViewPipeline.newBuilder()
        .setCrop(RandomResizedCrop.newBuilder().setMinScale(0.2).setMaxScale(1))
        .setTranslate(Translate.newBuilder().setPixels(4).setProbability(0.8))
        .setFlip(HorizontalFlip.newBuilder().setProbability(0.5))
        .setPatches(Patches.newBuilder().setSize(8).setStride(4))
        .setColorJitter(
            ColorJitter.newBuilder()
                .setBrightness(0.4)
                .setContrast(0.4)
                .setSaturation(0.4)
                .setHue(0.1)
                .setProbability(0.8))
        .setGrayscale(Grayscale.newBuilder().setProbability(0.2))
        .setBlur(GaussianBlur.newBuilder().setProbability(0.5).setMinSigma(0.1).setMaxSigma(2))
        .setSolarize(Solarize.newBuilder().setProbability(0.2).setThreshold(128))
        .build();
  }

  private static byte[] view(ViewPipeline pipeline, long seed) {
    Views views = Views.newBuilder().setImageSize(SIDE).build();
    return view(new ViewMaker(ViewShape.of(views, pipeline)), pipeline, seed);
  }

  private static byte[] view(ViewMaker maker, ViewPipeline pipeline, long seed) {
    Views views = Views.newBuilder().setImageSize(SIDE).build();
    byte[] rows = new byte[(int) ViewShape.of(views, pipeline).bytes()];
    maker.make(IMAGE, pipeline, new SplittableRandom(seed), rows);
    return rows;
  }
}
