package dev.parallax.trainer.encoder;

import dev.parallax.trainer.encoder.ParameterSpec.Role;
import dev.parallax.trainer.encoder.ParameterSpec.Shape;
import java.util.List;
import java.util.stream.Stream;

/** Names the parameters of a tree of layers, in the order in which PyTorch lists a state dict. */
public final class ParameterNames {
  private ParameterNames() {}

  public static List<ParameterSpec> of(Layer layer) {
    return stream(layer).toList();
  }

  private static Stream<ParameterSpec> stream(Layer layer) {
    return switch (layer) {
      case Layer.Normalize n -> Stream.empty();
      case Layer.Conv2d c ->
          Stream.of(
              new ParameterSpec(
                  c.name() + ".weight",
                  Role.CONV_WEIGHT,
                  Shape.of(c.out(), c.in(), c.kernel(), c.kernel())));
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
      case Layer.BatchNorm b -> {
        Shape shape = Shape.of(b.channels());
        yield Stream.of(
            new ParameterSpec(
                b.name() + ".weight",
                b.zeroInit() ? Role.NORM_WEIGHT_ZERO_INIT : Role.NORM_WEIGHT,
                shape),
            new ParameterSpec(b.name() + ".bias", Role.NORM_BIAS, shape),
            new ParameterSpec(b.name() + ".running_mean", Role.RUNNING_MEAN, shape),
            new ParameterSpec(b.name() + ".running_var", Role.RUNNING_VARIANCE, shape));
      }
      case Layer.Relu r -> Stream.empty();
      case Layer.MaxPool m -> Stream.empty();
      case Layer.GlobalAvgPool g -> Stream.empty();
      case Layer.Sequential s -> s.layers().stream().flatMap(ParameterNames::stream);
      case Layer.Residual r -> Stream.concat(stream(r.body()), stream(r.shortcut()));
    };
  }
}
