package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.Layer.BatchNorm;
import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.GlobalAvgPool;
import dev.parallax.trainer.encoder.Layer.MaxPool;
import dev.parallax.trainer.encoder.Layer.Normalize;
import dev.parallax.trainer.encoder.Layer.Relu;
import dev.parallax.trainer.encoder.Layer.Residual;
import dev.parallax.trainer.encoder.Layer.Sequential;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ResNets of He et al. 2016 with torchvision's structure (the stride of a bottleneck is on its 3x3
 * convolution) and names, so that weights travel between the two.
 */
public final class ResNets {
  private static final int STEM_CHANNELS = 64;

  /** Blocks in the four stages. */
  private static final Map<Integer, Plan> PLANS =
      Map.of(
          18, new Plan(false, List.of(2, 2, 2, 2)),
          34, new Plan(false, List.of(3, 4, 6, 3)),
          50, new Plan(true, List.of(3, 4, 6, 3)));

  private record Plan(boolean bottleneck, List<Integer> blocks) {
    int expansion() {
      return bottleneck ? 4 : 1;
    }
  }

  private ResNets() {}

  /** Depths that can be built, ascending. */
  public static List<Integer> depths() {
    return PLANS.keySet().stream().sorted().toList();
  }

  /** Pixels {@code [n, 3, h, w]} of 0 to 255 to features {@code [n, features(spec)]}. */
  public static Layer build(ResNet spec) {
    Plan plan = plan(spec);
    List<Layer> layers = new ArrayList<>();
    int channels = channels(spec, 0);
    layers.add(Normalize.IMAGENET);
    if (spec.getStem() == Stem.STEM_CIFAR) {
      layers.add(new Conv2d("conv1", 3, channels, 3, 1, 1));
    } else {
      layers.add(new Conv2d("conv1", 3, channels, 7, 2, 3));
    }
    layers.add(new BatchNorm("bn1", channels, false));
    layers.add(new Relu());
    if (spec.getStem() == Stem.STEM_IMAGENET) {
      layers.add(new MaxPool(3, 2, 1));
    }
    for (int stage = 0; stage < plan.blocks().size(); stage++) {
      int out = channels(spec, stage);
      for (int block = 0; block < plan.blocks().get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String name = "layer" + (stage + 1) + "." + block;
        layers.add(block(name, plan, channels, out, stride, spec.getZeroInitResidual()));
        layers.add(new Relu());
        channels = out * plan.expansion();
      }
    }
    layers.add(new GlobalAvgPool());
    return new Sequential(layers);
  }

  /** Size of the pooled representation. */
  public static int features(ResNet spec) {
    return channels(spec, 3) * plan(spec).expansion();
  }

  private static Layer block(
      String name, Plan plan, int in, int width, int stride, boolean zeroInit) {
    int out = width * plan.expansion();
    Sequential body =
        plan.bottleneck()
            ? Sequential.of(
                new Conv2d(name + ".conv1", in, width, 1, 1, 0),
                new BatchNorm(name + ".bn1", width, false),
                new Relu(),
                new Conv2d(name + ".conv2", width, width, 3, stride, 1),
                new BatchNorm(name + ".bn2", width, false),
                new Relu(),
                new Conv2d(name + ".conv3", width, out, 1, 1, 0),
                new BatchNorm(name + ".bn3", out, zeroInit))
            : Sequential.of(
                new Conv2d(name + ".conv1", in, width, 3, stride, 1),
                new BatchNorm(name + ".bn1", width, false),
                new Relu(),
                new Conv2d(name + ".conv2", width, out, 3, 1, 1),
                new BatchNorm(name + ".bn2", out, zeroInit));
    Sequential shortcut =
        stride == 1 && in == out
            ? Sequential.IDENTITY
            : Sequential.of(
                new Conv2d(name + ".downsample.0", in, out, 1, stride, 0),
                new BatchNorm(name + ".downsample.1", out, false));
    return new Residual(body, shortcut);
  }

  private static int channels(ResNet spec, int stage) {
    return Math.max(1, Math.toIntExact(Math.round(STEM_CHANNELS * spec.getWidth()))) << stage;
  }

  private static Plan plan(ResNet spec) {
    Plan plan = PLANS.get(spec.getDepth());
    if (plan == null) {
      throw new IllegalArgumentException("depth is " + spec.getDepth() + "; allowed: " + depths());
    }
    return plan;
  }
}
