package dev.parallax.embedding.provider;

import dev.parallax.platform.startup.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What computes.
 *
 * @param used in the order in which they take operators; the last is {@link ExecutionProvider#CPU}
 * @param devices with sessions of their own, one or more; for the CPU 0
 * @param absent what should have come before and does not work
 */
public record Selection(List<ExecutionProvider> used, List<Integer> devices, List<Absence> absent) {
  private static final String SETTINGS = "parallax.embedding.onnxruntime.";

  public Selection {
    used = List.copyOf(used);
    devices = List.copyOf(devices);
    absent = List.copyOf(absent);
    if (used.isEmpty() || devices.isEmpty()) {
      throw new IllegalArgumentException(
          "used has %d entries and devices %d; allowed: 1 or more"
              .formatted(used.size(), devices.size()));
    }
  }

  /**
   * Asks the machine about no more than is wanted.
   *
   * @throws StartupException one line, when something wanted does not work and nothing else may
   *     compute in its place
   */
  public static Selection of(ProviderSettings settings, Machine machine) {
    List<ExecutionProvider> used = new ArrayList<>();
    List<Absence> absent = new ArrayList<>();
    for (ExecutionProvider provider : settings.order()) {
      absence(provider, settings, machine).ifPresentOrElse(absent::add, () -> used.add(provider));
    }
    switch (settings.fallback()) {
      case ALLOWED -> {}
      case REFUSED -> absent.stream().findFirst().ifPresent(Selection::refuse);
    }
    boolean gpu = used.getFirst().needsGpu();
    return new Selection(used, gpu ? settings.devices() : List.of(0), absent);
  }

  private static Optional<Absence> absence(
      ExecutionProvider provider, ProviderSettings settings, Machine machine) {
    if (!provider.needsGpu()) {
      return Optional.empty();
    }
    if (!machine.hasInBuild(provider)) {
      return Optional.of(new Absence.NotInBuild(provider));
    }
    if (!machine.hasDriver()) {
      return Optional.of(new Absence.NoDriver(provider));
    }
    return settings.devices().stream()
        .flatMap(
            device ->
                machine.trial(provider, device).stream()
                    .<Absence>map(problem -> new Absence.Failing(provider, device, problem)))
        .findFirst();
  }

  private static void refuse(Absence absence) {
    String remedy =
        switch (absence) {
          case Absence.NotInBuild _ -> "build with -Ponnxruntime-gpu";
          case Absence.NoDriver _ -> "install the driver or make it visible here";
          case Absence.Failing _ -> "repair that";
        };
    throw new StartupException(
        "ONNX Runtime cannot compute on %s: %s; %s, leave %s out of %sproviders or set %sfallback=allowed"
            .formatted(
                absence.provider().label(),
                absence.reason(),
                remedy,
                absence.provider().label(),
                SETTINGS,
                SETTINGS));
  }

  /** What takes operators first. */
  public ExecutionProvider primary() {
    return used.getFirst();
  }

  public boolean onGpu() {
    return primary().needsGpu();
  }

  /** In a few words: {@code cuda, devices 0 and 1}. */
  public String description() {
    if (!onGpu()) {
      return primary().label();
    }
    return "%s, %s %s"
        .formatted(
            primary().label(),
            devices.size() == 1 ? "device" : "devices",
            devices.stream().map(String::valueOf).collect(Collectors.joining(" and ")));
  }

  /**
   * One line on each provider that somebody expects to compute and that does not. A build without a
   * GPU's provider is no surprise to who has asked for none.
   */
  public List<String> surprises(ProviderSettings settings) {
    return absent.stream()
        .filter(absence -> settings.asked() || !(absence instanceof Absence.NotInBuild))
        .map(
            absence ->
                "ONNX Runtime computes on %s instead of %s: %s"
                    .formatted(primary().label(), absence.provider().label(), absence.reason()))
        .toList();
  }
}
