package dev.parallax.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parallax.trainer.golden.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against torchvision's and PyTorch's functions. */
class ViewsGoldenTest {
  static Stream<Golden> colorCases() {
    return Golden.read("color").cases().stream();
  }

  static Stream<Golden> blurCases() {
    return Golden.read("blur").cases().stream();
  }

  static Stream<Golden> solarizeCases() {
    return Golden.read("solarize").cases().stream();
  }

  static Stream<Golden> translateCases() {
    return Golden.read("translate").cases().stream();
  }

  static Stream<Golden> padCropCases() {
    return Golden.read("pad_crop").cases().stream();
  }

  static Stream<Golden> patchesCases() {
    return Golden.read("patches").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("colorCases")
  void coloursChangeAsInTorchvision(Golden golden) {
    float[] rgb = Golden.read("color").floats("image");
    String operation = golden.string("operation");
    switch (operation) {
      case "brightness" -> Color.brightness(rgb, rgb.length, (float) golden.number("factor"));
      case "contrast" -> Color.contrast(rgb, rgb.length, (float) golden.number("factor"));
      case "saturation" -> Color.saturation(rgb, rgb.length, (float) golden.number("factor"));
      case "hue" -> Color.hue(rgb, rgb.length, (float) golden.number("factor"));
      default -> Color.greyscale(rgb, rgb.length);
    }
    float[] expected = golden.floats("tensor");
    for (int i = 0; i < expected.length; i++) {
      assertThat(rgb[i]).as("%s at %d", operation, i).isCloseTo(expected[i], within(0.02f));
    }
  }

  @ParameterizedTest
  @MethodSource("blurCases")
  void blurWeighsNeighboursAsInTorchvision(Golden golden) {
    int side = golden.integer("side");
    float[] rgb = golden.floats("image");
    // The kernel's size follows from the side; other sizes are not ours.
    org.assertj.core.api.Assumptions.assumeThat(golden.integer("kernel"))
        .isEqualTo(2 * Math.max(1, side / 10 / 2) + 1);
    new Blur(side).apply(rgb, golden.number("sigma"));
    int[] indexes = golden.integers("indexes");
    double[] values = golden.doubles("values");
    for (int i = 0; i < indexes.length; i++) {
      assertThat((double) rgb[indexes[i]]).isCloseTo(values[i], within(0.02));
    }
  }

  @ParameterizedTest
  @MethodSource("solarizeCases")
  void solarizeInvertsFromTheThresholdOnAsInTorchvision(Golden golden) {
    float[] rgb = Golden.read("solarize").floats("image");
    Color.solarize(rgb, rgb.length, golden.integer("threshold"));
    assertThat(rgb).isEqualTo(golden.floats("pixels"));
  }

  @ParameterizedTest
  @MethodSource("translateCases")
  void translationReflectsAtTheBorderAsInTorch(Golden golden) {
    byte[] image = Golden.read("translate").bytes("image");
    byte[] moved = new byte[image.length];
    Shift.reflected(
        image, moved, golden.integer("side"), golden.integer("dx"), golden.integer("dy"));
    assertThat(moved).isEqualTo(golden.bytes("pixels"));
  }

  @ParameterizedTest
  @MethodSource("padCropCases")
  void aWindowOfThePaddedImageIsAShiftIntoBlack(Golden golden) {
    byte[] image = Golden.read("pad_crop").bytes("image");
    byte[] window = new byte[image.length];
    int padding = golden.integer("padding");
    Shift.black(
        image,
        window,
        golden.integer("side"),
        padding - golden.integer("left"),
        padding - golden.integer("top"));
    assertThat(window).isEqualTo(golden.bytes("pixels"));
  }

  @ParameterizedTest
  @MethodSource("patchesCases")
  void patchesAreCutAsInTorchsUnfold(Golden golden) {
    var shape =
        new ViewShape(golden.integer("side"), golden.integer("size"), golden.integer("stride"));
    assertThat(shape.rows()).isEqualTo(golden.integer("grid") * golden.integer("grid"));
    byte[] rows = new byte[(int) shape.bytes()];
    shape.cut(Golden.read("patches").bytes("image"), rows);
    assertThat(rows).isEqualTo(golden.bytes("pixels"));
  }
}
