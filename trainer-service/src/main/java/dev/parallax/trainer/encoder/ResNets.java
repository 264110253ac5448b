package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.GlobalAvgPool;
import dev.parallax.trainer.encoder.Layer.MaxPool;
import dev.parallax.trainer.encoder.Layer.Normalize;
import dev.parallax.trainer.encoder.Layer.Relu;
import dev.parallax.trainer.encoder.Layer.Sequential;
import dev.parallax.trainer.encoder.Layer.Tap;
import dev.parallax.trainer.v1.ResNet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ResNets of He et al. 2016 with torchvision's structure (the stride of a bottleneck is on its 3x3
 * convolution) and names, so that weights travel between the two. Feature maps: {@code layer1} to
 * {@code layer4}, each behind its last ReLU, and the vector {@code pooled}.
 */
public final class ResNets {
  private static final int STEM_CHANNELS = 64;
  private static final String POOLED = "pooled";

  /** Blocks in the four stages. */
  private static final Map<Integer, Plan> PLANS =
      Map.of(
          18, new Plan(false, List.of(2, 2, 2, 2)),
          34, new Plan(false, List.of(3, 4, 6, 3)),
          50, new Plan(true, List.of(3, 4, 6, 3)),
          101, new Plan(true, List.of(3, 4, 23, 3)),
          152, new Plan(true, List.of(3, 8, 36, 3)));

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

  /** Depths whose blocks are bottlenecks, ascending; these alone can have selective kernels. */
  public static List<Integer> bottleneckDepths() {
    return depths().stream().filter(depth -> PLANS.get(depth).bottleneck()).toList();
  }

  /** Pixels {@code [n, 3, h, w]} of 0 to 255 to features {@code [n, features(spec)]}. */
  public static Layer build(ResNet spec) {
    Plan plan = plan(spec);
    if (spec.getSkRatio() > 0 && !plan.bottleneck()) {
      throw new IllegalArgumentException(
          "sk_ratio is "
              + spec.getSkRatio()
              + " with depth "
              + spec.getDepth()
              + "; allowed: depths "
              + bottleneckDepths());
    }
    var blocks = new ResNetBlocks(spec);
    int channels = channels(spec, 0);
    List<Layer> layers = new ArrayList<>(stem(spec, blocks, channels));
    for (int stage = 0; stage < plan.blocks().size(); stage++) {
      int width = channels(spec, stage);
      String stageName = stageName(stage);
      for (int block = 0; block < plan.blocks().get(stage); block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String name = stageName + "." + block;
        layers.add(
            plan.bottleneck()
                ? blocks.bottleneck(name, channels, width, width * plan.expansion(), stride)
                : blocks.basic(name, channels, width, stride));
        layers.add(new Relu());
        channels = width * plan.expansion();
      }
      layers.add(new Tap(stageName));
    }
    layers.add(new GlobalAvgPool());
    layers.add(new Tap(POOLED));
    return new Sequential(layers);
  }

  private static List<Layer> stem(ResNet spec, ResNetBlocks blocks, int channels) {
    List<Layer> layers = new ArrayList<>();
    layers.add(Normalize.IMAGENET);
    switch (spec.getStem()) {
      case STEM_CIFAR -> layers.add(new Conv2d("conv1", 3, channels, 3, 1, 1));
      case STEM_IMAGENET -> layers.add(new Conv2d("conv1", 3, channels, 7, 2, 3));
      case STEM_IMAGENET_D -> {
        // Names as timm's resnet50d has them.
        int half = Math.max(1, channels / 2);
        layers.add(new Conv2d("conv1.0", 3, half, 3, 2, 1));
        layers.add(blocks.norm("conv1.1", half, false));
        layers.add(new Relu());
        layers.add(new Conv2d("conv1.3", half, half, 3, 1, 1));
        layers.add(blocks.norm("conv1.4", half, false));
        layers.add(new Relu());
        layers.add(new Conv2d("conv1.6", half, channels, 3, 1, 1));
      }
      case STEM_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "stem is "
                  + spec.getStem()
                  + "; allowed: STEM_IMAGENET, STEM_CIFAR or STEM_IMAGENET_D");
    }
    layers.add(blocks.norm("bn1", channels, false));
    layers.add(new Relu());
    switch (spec.getStem()) {
      case STEM_IMAGENET, STEM_IMAGENET_D -> layers.add(new MaxPool(3, 2, 1));
      case STEM_CIFAR, STEM_UNSPECIFIED, UNRECOGNIZED -> {}
    }
    return layers;
  }

  /** Size of the pooled representation. */
  public static int features(ResNet spec) {
    return channels(spec, 3) * plan(spec).expansion();
  }

  /** Channels of the feature maps by name, from the first to the last. */
  static Map<String, Integer> featureMaps(ResNet spec) {
    Map<String, Integer> maps = new LinkedHashMap<>();
    for (int stage = 0; stage < plan(spec).blocks().size(); stage++) {
      maps.put(stageName(stage), channels(spec, stage) * plan(spec).expansion());
    }
    maps.put(POOLED, features(spec));
    return maps;
  }

  private static String stageName(int stage) {
    return "layer" + (stage + 1);
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
