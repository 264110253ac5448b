package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.extraction.Networks;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Recipe;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Parameters of encoder and heads together, since each axis bounds its own numbers alone. */
final class ParameterChecks {
  /** What an ONNX file can hold, 2 GiB of float32, less 1 MiB for the graph itself. */
  private static final long MAX = (1L << 29) - (1 << 18);

  /** Steps in which a width that fits is looked for. */
  private static final double WIDTH_STEP = 0.125;

  private ParameterChecks() {}

  static void check(String path, Recipe recipe) {
    Network network = Networks.of(recipe);
    long encoder = count(network.encoder());
    if (encoder > MAX) {
      throw tooLarge(path + ".encoder", recipe, encoder);
    }
    long all = count(network.trained());
    if (all > MAX) {
      String field = path + ".extraction";
      throw RequestException.invalidBecause(
          field,
          "%s has %d parameters; allowed: at most %d with the %d of the encoder (2 GiB in all)"
              .formatted(field, all - encoder, MAX - encoder, encoder));
    }
  }

  private static RequestException tooLarge(String path, Recipe recipe, long parameters) {
    Encoder encoder = recipe.getEncoder();
    return switch (encoder.getKindCase()) {
      case RESNET -> {
        double width = encoder.getResnet().getWidth();
        int most =
            most(
                (int) Math.ceil(width / WIDTH_STEP),
                steps -> {
                  Recipe.Builder narrower = recipe.toBuilder();
                  narrower.getEncoderBuilder().getResnetBuilder().setWidth(steps * WIDTH_STEP);
                  return narrower.build();
                });
        yield RequestException.invalid(
            path + ".resnet.width", Check.text(width), allowed(most * WIDTH_STEP, parameters));
      }
      case AMDIM -> {
        int channels = encoder.getAmdim().getChannels();
        int most =
            most(
                channels,
                n -> {
                  Recipe.Builder narrower = recipe.toBuilder();
                  narrower.getEncoderBuilder().getAmdimBuilder().setChannels(n);
                  return narrower.build();
                });
        yield RequestException.invalid(
            path + ".amdim.channels", channels, allowed(most, parameters));
      }
      case KIND_NOT_SET -> throw new IllegalArgumentException("encoder is not set");
    };
  }

  private static String allowed(double most, long parameters) {
    return "at most %s with the rest of the encoder as it is, which has %d parameters of at most %d (2 GiB)"
        .formatted(Check.text(most), parameters, MAX);
  }

  /** The largest number below {@code tooMany} with which the encoder fits. */
  private static int most(int tooMany, Function<Integer, Recipe> recipe) {
    return IntStream.iterate(tooMany - 1, n -> n > 1, n -> n - 1)
        .filter(n -> count(Networks.of(recipe.apply(n)).encoder()) <= MAX)
        .findFirst()
        .orElse(1);
  }

  private static long count(Layer layer) {
    return ParameterNames.of(layer).stream().mapToLong(spec -> spec.shape().size()).sum();
  }
}
