package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.RunOptions;
import dev.parallax.embedding.provider.Devices;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model open on every device. Thread-safe. */
final class DeviceSessions {
  private final List<Open> sessions;
  private final Devices devices;

  /**
   * @param run for every run; empty: nothing special
   */
  record Open(OrtSession session, Optional<RunOptions> run) {
    void close() throws OrtException {
      run.ifPresent(RunOptions::close);
      session.close();
    }
  }

  /**
   * @param sessions one for each of {@code devices}
   */
  DeviceSessions(List<Open> sessions, Devices devices) {
    this.sessions = List.copyOf(sessions);
    this.devices = requireNonNull(devices, "devices is null");
  }

  int count() {
    return sessions.size();
  }

  /** The one to ask about inputs and outputs, which are the same for all. */
  OrtSession any() {
    return sessions.getFirst().session();
  }

  /** On the device that has least to do. The caller closes what it gets. */
  Result run(Map<String, OnnxTensor> inputs, Set<String> outputs) throws OrtException {
    int device = devices.take();
    try {
      return runOn(device, inputs, outputs);
    } finally {
      devices.giveBack(device);
    }
  }

  /**
   * @param device index
   */
  Result runOn(int device, Map<String, OnnxTensor> inputs, Set<String> outputs)
      throws OrtException {
    Open open = sessions.get(device);
    return open.run().isPresent()
        ? open.session().run(inputs, outputs, open.run().get())
        : open.session().run(inputs, outputs);
  }

  void close() throws OrtException {
    for (Open open : sessions) {
      open.close();
    }
  }
}
