package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.Layer.AvgPool;
import dev.parallax.trainer.encoder.Layer.BatchNorm;
import dev.parallax.trainer.encoder.Layer.ChannelPad;
import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.GlobalAvgPool;
import dev.parallax.trainer.encoder.Layer.Normalize;
import dev.parallax.trainer.encoder.Layer.ReflectPad;
import dev.parallax.trainer.encoder.Layer.Relu;
import dev.parallax.trainer.encoder.Layer.Residual;
import dev.parallax.trainer.encoder.Layer.Sequential;
import dev.parallax.trainer.encoder.Layer.Tap;
import dev.parallax.trainer.v1.Amdim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The encoder of Bachman et al. 2019 with the layers, first weights and names of
 * Philip-Bachman/amdim-public: {@code layer_list.2.layer_list.0.conv1.weight}. Shortcuts average
 * and append channels of zeros; nothing but the first layer pads, so that the receptive fields of
 * the inner places do not reach over the border.
 *
 * <p>It differs in two points: pixels are normalised with ImageNet's statistics on all data, and
 * biases start at 0.
 */
public final class AmdimEncoder {
  /** Sides of images that there is a list of layers for, pixels. */
  public static final List<Integer> SIDES = List.of(32, 64, 128);

  private final Amdim spec;
  private final Set<String> maps;
  private final List<Layer> layers = new ArrayList<>();
  private int position;

  private AmdimEncoder(Amdim spec, Set<String> maps) {
    this.spec = spec;
    this.maps = maps;
  }

  /**
   * Pixels {@code [n, 3, side, side]} of 0 to 255 to the representation {@code [n, features]},
   * which is the map of one place.
   *
   * @param side one of {@link #SIDES}
   * @param maps the feature maps that will be asked for; of "7" and "5" only these have the block
   *     that prepares them for a loss, since parameters that no loss sees get no gradient
   */
  public static Layer build(Amdim spec, int side, Set<String> maps) {
    var encoder = new AmdimEncoder(spec, maps);
    encoder.layers.add(Normalize.IMAGENET);
    encoder.body(side);
    return new Sequential(encoder.layers);
  }

  /** Channels of the feature maps by name, from the first to the last. */
  static Map<String, Integer> featureMaps(Amdim spec) {
    Map<String, Integer> maps = new LinkedHashMap<>();
    for (String name : List.of("7", "5", "1")) {
      maps.put(name, spec.getFeatures());
    }
    return maps;
  }

  /**
   * Channels of the maps of 7 and 5 places, which the shortcut into the last one fills up with
   * zeros: the least that {@code features} can be.
   */
  public static int widest(Amdim spec, int side) {
    return (side == SIDES.getFirst() ? 4 : 8) * spec.getChannels();
  }

  private void body(int side) {
    int n = spec.getChannels();
    switch (side) {
      case 32 -> {
        stem(3, n, 3, 1);
        layers.add(residual(next(), n, n, 1, 1));
        block(n, 2 * n, 4, 2);
        block(2 * n, 4 * n, 2, 2);
        maps(widest(spec, side));
      }
      case 64 -> {
        stem(3, n, 3, 1);
        block(n, 2 * n, 4, 2);
        block(2 * n, 4 * n, 4, 2);
        block(4 * n, 8 * n, 2, 2);
        maps(widest(spec, side));
      }
      case 128 -> {
        layers.add(new ReflectPad(2));
        stem(3, n, 5, 2);
        stem(n, n, 3, 1);
        block(n, 2 * n, 4, 2);
        block(2 * n, 4 * n, 4, 2);
        block(4 * n, 8 * n, 2, 2);
        maps(widest(spec, side));
      }
      default ->
          throw new IllegalArgumentException(
              "the side of views is " + side + " pixels; allowed with AMDIM: " + SIDES);
    }
  }

  /** The layers from 7 x 7 places on. */
  private void maps(int channels) {
    String norm = next();
    if (spec.getBatchNorm()) {
      layers.add(new BatchNorm(norm + ".bn", channels, false));
    }
    tap("7", channels);
    block(channels, channels, 3, 1);
    tap("5", channels);
    block(channels, channels, 3, 1);
    layers.add(residual(next(), channels, spec.getFeatures(), 3, 1));
    layers.add(new BatchNorm(next() + ".bn", spec.getFeatures(), false));
    layers.add(new Tap("1"));
    layers.add(new GlobalAvgPool());
  }

  private void tap(String name, int channels) {
    if (maps.contains(name)) {
      layers.add(new Tap(name, lossBlock("rkhs_block_" + name, channels)));
    }
  }

  private void stem(int in, int out, int kernel, int stride) {
    layers.add(
        new Conv2d(next() + ".conv", in, out, kernel, stride, 0)
            .withBias()
            .starting(Conv2d.Start.FAN_IN_UNIFORM));
    layers.add(new Relu());
  }

  private void block(int in, int out, int kernel, int stride) {
    String name = next() + ".layer_list.";
    layers.add(residual(name + 0, in, out, kernel, stride));
    for (int i = 1; i < spec.getDepth(); i++) {
      layers.add(residual(name + i, out, out, 1, 1));
    }
  }

  private Residual residual(String name, int in, int out, int kernel, int stride) {
    return new Residual(
        branch(name, in, out, kernel, stride), shortcut(name, in, out, kernel, stride));
  }

  private Sequential branch(String name, int in, int out, int kernel, int stride) {
    List<Layer> branch = new ArrayList<>();
    branch.add(
        new Conv2d(name + ".conv1", in, out, kernel, stride, 0)
            .starting(Conv2d.Start.FAN_IN_UNIFORM));
    if (spec.getBatchNorm()) {
      branch.add(new BatchNorm(name + ".bn1.bn", out, false));
    }
    branch.add(new Relu());
    branch.add(new Conv2d(name + ".conv2", out, out, 1, 1, 0).starting(Conv2d.Start.ZERO));
    return new Sequential(branch);
  }

  private static Sequential shortcut(String name, int in, int out, int kernel, int stride) {
    if (out < in) {
      return Sequential.of(
          new Conv2d(name + ".conv3", in, out, kernel, stride, 0)
              .withBias()
              .starting(Conv2d.Start.FAN_IN_UNIFORM));
    }
    List<Layer> layers = new ArrayList<>();
    if (kernel > 1 || stride > 1) {
      layers.add(new AvgPool(kernel, stride));
    }
    if (out > in) {
      layers.add(new ChannelPad(out - in));
    }
    return new Sequential(layers);
  }

  /** What a map passes on its way to the loss; it starts near the identity where it can. */
  private Sequential lossBlock(String name, int in) {
    int out = spec.getFeatures();
    Conv2d.Start start = out >= in ? Conv2d.Start.NEAR_IDENTITY : Conv2d.Start.FAN_IN_UNIFORM;
    return Sequential.of(
        new Residual(
            branch(name, in, out, 1, 1),
            Sequential.of(
                new Conv2d(name + ".shortcut", in, out, 1, 1, 0).withBias().starting(start))),
        new BatchNorm(name + ".bn_out.bn", out, false));
  }

  private String next() {
    return "layer_list." + position++;
  }
}
