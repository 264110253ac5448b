package dev.parallax.trainer.torch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Named tensors that live as long as the run: weights, running statistics, momentum. */
public final class Parameters implements AutoCloseable {
  private final TensorScope scope;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<Constant, Tensor> constants = new HashMap<>();

  private record Constant(List<Float> values, List<Long> shape) {}

  public Parameters() {
    this.scope = TensorScope.root();
  }

  /** Adds a tensor; {@code trainable} ones get gradients. */
  public void add(String name, float[] values, boolean trainable, long... shape) {
    Tensor tensor = scope.floats(values, shape);
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("parameter " + name + " is defined twice");
    }
    if (trainable) {
      Autograd.require(tensor);
    }
  }

  /** The tensor of that name, which stays owned by this. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no parameter " + name);
    }
    return tensor;
  }

  /** Overwrites the values of a tensor, keeping its identity. */
  public void set(String name, float[] values) {
    Tensor tensor = get(name);
    long size = Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b);
    if (values.length != size) {
      throw new IllegalArgumentException(
          "parameter " + name + " has " + size + " values, not " + values.length);
    }
    set(name, 0, values);
  }

  /** Overwrites elements {@code from}, {@code from + 1}, ... of a tensor in row-major order. */
  public void set(String name, long from, float[] values) {
    Tensor tensor = get(name);
    Autograd.without(
        () -> {
          try (TensorScope scratch = scope.child();
              Tensor part = scratch.floats(values, values.length)) {
            tensor.overwrite(from, part);
          }
          return tensor;
        });
  }

  /** Elements {@code from} to {@code to - 1} of a tensor in row-major order. */
  public float[] values(String name, long from, long to) {
    Tensor tensor = get(name);
    return Autograd.without(() -> tensor.toFloats(from, to));
  }

  /** Names in the order of definition. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * The same tensors under names with a prefix, as a checkpoint keeps them. They stay owned by
   * this; closing the result frees nothing of them.
   */
  public Parameters prefixed(String prefix) {
    Parameters view = new Parameters();
    tensors.forEach((name, tensor) -> view.tensors.put(prefix + name, tensor));
    return view;
  }

  /** A tensor that never changes, made once for each value. */
  public Tensor constant(float[] values, long... shape) {
    List<Float> key = new java.util.ArrayList<>(values.length);
    for (float value : values) {
      key.add(value);
    }
    return constants.computeIfAbsent(
        new Constant(key, Arrays.stream(shape).boxed().toList()), k -> scope.floats(values, shape));
  }

  @Override
  public void close() {
    scope.close();
  }
}
