package dev.parallax.embedding.provider;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What should compute.
 *
 * @param order an operator of a model is computed by the first that can; {@link
 *     ExecutionProvider#CPU}, which can all, is the last, also when it is not given
 * @param asked whether somebody has written the order down: what he does not get is then worth a
 *     warning
 * @param devices ids of GPUs, 0 to 127, one or more; each has sessions of its own
 */
public record ProviderSettings(
    List<ExecutionProvider> order, boolean asked, List<Integer> devices, Fallback fallback) {
  private static final int MAX_DEVICE = 127;

  public ProviderSettings {
    requireNonNull(fallback, "fallback is null");
    order = endingInCpu(order);
    devices = List.copyOf(devices);
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("devices is empty; allowed: one id or more");
    }
    requireDistinct("devices", devices);
    for (int device : devices) {
      if (device < 0 || device > MAX_DEVICE) {
        throw new IllegalArgumentException(
            "devices has " + device + "; allowed: 0 to " + MAX_DEVICE);
      }
    }
  }

  /** The first GPU where this build of ONNX Runtime and the machine have one, else the CPU. */
  public static ProviderSettings automatic() {
    return new ProviderSettings(
        List.of(ExecutionProvider.CUDA), false, List.of(0), Fallback.ALLOWED);
  }

  private static List<ExecutionProvider> endingInCpu(List<ExecutionProvider> order) {
    requireDistinct("providers", order.stream().map(ExecutionProvider::label).toList());
    List<ExecutionProvider> ending = new ArrayList<>(order);
    int cpu = ending.indexOf(ExecutionProvider.CPU);
    if (cpu >= 0 && cpu < ending.size() - 1) {
      throw new IllegalArgumentException(
          "providers has %s after cpu, which computes everything; allowed: cpu at the end"
              .formatted(ending.get(cpu + 1).label()));
    }
    if (cpu < 0) {
      ending.add(ExecutionProvider.CPU);
    }
    return List.copyOf(ending);
  }

  private static <T> void requireDistinct(String name, List<T> values) {
    HashSet<T> seen = new HashSet<>();
    for (T value : values) {
      if (!seen.add(value)) {
        throw new IllegalArgumentException(name + " has " + value + " twice; allowed: each once");
      }
    }
  }
}
