package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.Layer.BatchNorm;
import dev.parallax.trainer.encoder.Layer.Conv2d;
import dev.parallax.trainer.encoder.Layer.LayerNorm;
import dev.parallax.trainer.encoder.Layer.Relu;
import dev.parallax.trainer.encoder.Layer.Residual;
import dev.parallax.trainer.encoder.Layer.SelectiveKernel;
import dev.parallax.trainer.encoder.Layer.Sequential;
import dev.parallax.trainer.encoder.Layer.ShortcutPool;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Stem;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual blocks, named as torchvision names them. With selective kernels or the deep stem the
 * shortcuts are those of ResNet-D (He et al. 2019) as google-research/simclr has them, named as
 * timm names them: {@code downsample.1} and {@code downsample.2}, since {@code downsample.0} is the
 * pool.
 */
final class ResNetBlocks {
  /** Fewest channels of the hidden layer that selective kernels attend with. */
  private static final int MIN_ATTENTION = 32;

  private final ResNet spec;
  private final boolean averaging;

  ResNetBlocks(ResNet spec) {
    this.spec = spec;
    this.averaging = spec.getStem() == Stem.STEM_IMAGENET_D || spec.getSkRatio() > 0;
  }

  /** The norm that the encoder has everywhere. */
  Layer norm(String name, int channels, boolean zeroInit) {
    return switch (spec.getNorm()) {
      case NORM_UNSPECIFIED, NORM_BATCH -> new BatchNorm(name, channels, zeroInit);
      case NORM_LAYER -> new LayerNorm(name, channels, zeroInit);
      case UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "norm is " + spec.getNormValue() + "; allowed: NORM_BATCH or NORM_LAYER");
    };
  }

  /** Two 3x3 convolutions; the first one strides. */
  Residual basic(String name, int in, int out, int stride) {
    return new Residual(
        Sequential.of(
            new Conv2d(name + ".conv1", in, out, 3, stride, 1),
            norm(name + ".bn1", out, false),
            new Relu(),
            new Conv2d(name + ".conv2", out, out, 3, 1, 1),
            norm(name + ".bn2", out, spec.getZeroInitResidual())),
        shortcut(name, in, out, stride));
  }

  /** A 3x3 convolution, which strides, between two of 1x1. */
  Residual bottleneck(String name, int in, int width, int out, int stride) {
    List<Layer> body = new ArrayList<>();
    body.add(new Conv2d(name + ".conv1", in, width, 1, 1, 0));
    body.add(norm(name + ".bn1", width, false));
    body.add(new Relu());
    if (spec.getSkRatio() > 0) {
      body.add(selectiveKernel(name + ".conv2", width, stride));
    } else {
      body.add(new Conv2d(name + ".conv2", width, width, 3, stride, 1));
      body.add(norm(name + ".bn2", width, false));
      body.add(new Relu());
    }
    body.add(new Conv2d(name + ".conv3", width, out, 1, 1, 0));
    body.add(norm(name + ".bn3", out, spec.getZeroInitResidual()));
    return new Residual(new Sequential(body), shortcut(name, in, out, stride));
  }

  /**
   * Both streams in one convolution, {@code <name>.conv} and {@code <name>.bn}, and an attention
   * named as timm names it: {@code <name>.attn.fc_reduce}, {@code .bn} and {@code .fc_select}.
   */
  private SelectiveKernel selectiveKernel(String name, int width, int stride) {
    int hidden = Math.max(MIN_ATTENTION, (int) (width * spec.getSkRatio()));
    return new SelectiveKernel(
        Sequential.of(
            new Conv2d(name + ".conv", width, 2 * width, 3, stride, 1),
            norm(name + ".bn", 2 * width, false),
            new Relu()),
        Sequential.of(
            new Conv2d(name + ".attn.fc_reduce", width, hidden, 1, 1, 0),
            norm(name + ".attn.bn", hidden, false),
            new Relu(),
            new Conv2d(name + ".attn.fc_select", hidden, 2 * width, 1, 1, 0)),
        width);
  }

  private Sequential shortcut(String name, int in, int out, int stride) {
    if (stride == 1 && in == out) {
      return Sequential.IDENTITY;
    }
    return averaging
        ? Sequential.of(
            new ShortcutPool(stride),
            new Conv2d(name + ".downsample.1", in, out, 1, 1, 0),
            norm(name + ".downsample.2", out, false))
        : Sequential.of(
            new Conv2d(name + ".downsample.0", in, out, 1, stride, 0),
            norm(name + ".downsample.1", out, false));
  }
}
