package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.ParameterSpec.Role;
import dev.parallax.trainer.encoder.ParameterSpec.Shape;
import java.util.List;
import java.util.stream.Stream;

/** Names the parameters of a tree of layers, in the order in which PyTorch lists a state dict. */
public final class ParameterNames {
  private ParameterNames() {}

  public static List<ParameterSpec> of(Layer layer) {
    return stream(layer, true).toList();
  }

  /**
   * The same without the heads of taps, which run for a loss alone: what a model is served with.
   */
  public static List<ParameterSpec> served(Layer layer) {
    return stream(layer, false).toList();
  }

  private static Stream<ParameterSpec> stream(Layer layer, boolean heads) {
    return switch (layer) {
      case Layer.Normalize n -> Stream.empty();
      case Layer.Patches p -> Stream.empty();
      case Layer.PatchMean p -> Stream.empty();
      case Layer.Conv2d c -> {
        Stream<ParameterSpec> weight =
            Stream.of(
                new ParameterSpec(
                    c.name() + ".weight",
                    role(c.start()),
                    Shape.of(c.out(), c.in(), c.kernel().height(), c.kernel().width())));
        yield c.bias()
            ? Stream.concat(
                weight,
                Stream.of(new ParameterSpec(c.name() + ".bias", Role.CONV_BIAS, Shape.of(c.out()))))
            : weight;
      }
      case Layer.Linear l -> {
        Stream<ParameterSpec> weight =
            Stream.of(
                new ParameterSpec(
                    l.name() + ".weight", Role.LINEAR_WEIGHT, Shape.of(l.out(), l.in())));
        yield l.bias()
            ? Stream.concat(
                weight,
                Stream.of(
                    new ParameterSpec(l.name() + ".bias", Role.LINEAR_BIAS, Shape.of(l.out()))))
            : weight;
      }
      case Layer.BatchNorm b ->
          Stream.concat(
              affine(b.name(), b.channels(), b.zeroInit()), statistics(b.name(), b.channels()));
      case Layer.FixedBatchNorm b -> statistics(b.name(), b.channels());
      case Layer.LayerNorm n -> affine(n.name(), n.channels(), n.zeroInit());
      case Layer.Relu r -> Stream.empty();
      case Layer.MaxPool m -> Stream.empty();
      case Layer.AvgPool a -> Stream.empty();
      case Layer.ShortcutPool s -> Stream.empty();
      case Layer.GlobalAvgPool g -> Stream.empty();
      case Layer.ReflectPad p -> Stream.empty();
      case Layer.ChannelPad p -> Stream.empty();
      case Layer.Sequential s -> s.layers().stream().flatMap(next -> stream(next, heads));
      case Layer.Residual r -> Stream.concat(stream(r.body(), heads), stream(r.shortcut(), heads));
      case Layer.SelectiveKernel s ->
          Stream.concat(stream(s.streams(), heads), stream(s.attention(), heads));
      case Layer.Tap t -> heads ? stream(t.head(), true) : Stream.empty();
    };
  }

  private static Stream<ParameterSpec> affine(String name, int channels, boolean zeroInit) {
    Role weight = zeroInit ? Role.NORM_WEIGHT_ZERO_INIT : Role.NORM_WEIGHT;
    return Stream.of(
        new ParameterSpec(name + ".weight", weight, Shape.of(channels)),
        new ParameterSpec(name + ".bias", Role.NORM_BIAS, Shape.of(channels)));
  }

  private static Stream<ParameterSpec> statistics(String name, int channels) {
    return Stream.of(
        new ParameterSpec(name + ".running_mean", Role.RUNNING_MEAN, Shape.of(channels)),
        new ParameterSpec(name + ".running_var", Role.RUNNING_VARIANCE, Shape.of(channels)));
  }

  private static Role role(Layer.Conv2d.Start start) {
    return switch (start) {
      case FAN_OUT_NORMAL -> Role.CONV_WEIGHT;
      case FAN_IN_NORMAL -> Role.CONV_WEIGHT_FAN_IN_NORMAL;
      case FAN_IN_UNIFORM -> Role.CONV_WEIGHT_FAN_IN_UNIFORM;
      case ZERO -> Role.CONV_WEIGHT_ZERO;
      case NEAR_IDENTITY -> Role.CONV_WEIGHT_NEAR_IDENTITY;
    };
  }
}
