package dev.parallax.trainer.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The two sides of the generator make the same numbers. */
class GoldenNumbersTest {
  private final Golden golden = Golden.read("generator");

  @Test
  void seed_isTheHashOfTheName() {
    for (Golden seed : golden.get("seeds").list()) {
      assertThat(HexFormat.of().toHexDigits(GoldenNumbers.seed(seed.string("name"))))
          .as(seed.toString())
          .isEqualTo(seed.string("hex"));
    }
  }

  @Test
  void outputs_areThoseOfSplitmix() {
    for (Golden stream : golden.get("outputs").list()) {
      var numbers = new GoldenNumbers(stream.string("name"));
      double[] uniform = stream.doubles("uniform");
      for (int i = 0; i < uniform.length; i++) {
        assertThat(HexFormat.of().toHexDigits(numbers.raw(i)))
            .as("%s, output %d", stream, i)
            .isEqualTo(stream.strings("hex").get(i));
        assertThat(numbers.uniform(i)).isEqualTo(uniform[i]);
      }
      assertThat(numbers.uniforms(uniform.length)).isEqualTo(stream.floats("uniform"));
    }
  }

  @Test
  void parameters_areBitIdentical() {
    for (Golden parameter : golden.get("parameters").list()) {
      float[] first = parameter.floats("values");
      assertThat(GoldenWeights.parameter(parameter.string("name"), parameter.longs("shape")))
          .as(parameter.toString())
          .startsWith(first);
    }
  }

  @Test
  void images_areBitIdentical() {
    for (Golden images : golden.get("images").list()) {
      assertThat(
              GoldenWeights.images(
                  images.string("name"), images.integer("count"), images.integer("side")))
          .isEqualTo(images.bytes("pixels"));
    }
  }

  @Test
  void golden_namesThePlaceOfWhatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> golden.get("seeds").list().getFirst().get("sede"))
        .withMessage("generator.seeds[0] has no sede; it has [name, hex]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> golden.get("seeds").get("name"))
        .withMessage("generator.seeds is not an object");
  }
}
