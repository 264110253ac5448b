package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which models are opened and closed at a look. In {@link ControlMode#POLL} all are, except one
 * that was unloaded on request, until its files change. In {@link ControlMode#EXPLICIT} none is,
 * except one that was asked for, once. Belongs to the loader thread.
 */
public final class ModelControl {
  private final ControlMode mode;
  // explicit: asked for, but not yet there
  private final Set<String> wanted;
  // poll: unloaded on request, with the files as they were then
  private final Map<String, Map<Long, Fingerprint>> unloaded = new HashMap<>();

  /**
   * @param atStart models to load as soon as they are there; only where the mode is explicit
   */
  public ModelControl(ControlMode mode, Set<String> atStart) {
    this.mode = requireNonNull(mode, "mode is null");
    if (mode == ControlMode.POLL && !atStart.isEmpty()) {
      throw new IllegalArgumentException(
          "load is " + atStart + "; allowed: nothing unless control is explicit");
    }
    this.wanted = new HashSet<>(atStart);
  }

  /** Whatever is in the repository is open. */
  public static ModelControl poll() {
    return new ModelControl(ControlMode.POLL, Set.of());
  }

  /**
   * Whether a look may open and close versions of {@code model}.
   *
   * @param files of its versions now
   */
  boolean follows(String model, Map<Long, Fingerprint> files) {
    return switch (mode) {
      case POLL -> {
        if (files.equals(unloaded.get(model))) {
          yield false;
        }
        unloaded.remove(model);
        yield true;
      }
      case EXPLICIT -> !files.isEmpty() && wanted.remove(model);
    };
  }

  /** The next look opens the model. */
  void load(String model) {
    switch (mode) {
      case POLL -> unloaded.remove(model);
      case EXPLICIT -> wanted.add(model);
    }
  }

  /** No look opens the model until it is asked for or, where the repository decides, changes. */
  void unload(String model, Map<Long, Fingerprint> files) {
    switch (mode) {
      case POLL -> unloaded.put(model, Map.copyOf(files));
      case EXPLICIT -> wanted.remove(model);
    }
  }
}
