package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parallax.images.EvalPreprocessing;
import dev.parallax.model.v1.Manifest;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * A model version that is open and has answered a trial run. It lives as long as somebody holds it:
 * the catalog holds it until it is retired, a call holds it by a {@link ModelLease}; its sessions
 * close with the last one. Thread-safe.
 */
public final class ServedModel {
  private static final Logger LOG = Logger.getLogger(ServedModel.class);

  private static final int TRIAL_IMAGES = 2;

  private final OnnxRuntime runtime;
  private final DeviceSessions sessions;
  private final Manifest manifest;
  private final ModelSignature signature;
  private final EvalPreprocessing preprocessing;
  private final List<Runnable> closeListeners = new ArrayList<>();
  // the catalog is the first holder
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile boolean lastRunFailed;
  private volatile long lastUsed = System.nanoTime();

  ServedModel(
      OnnxRuntime runtime, DeviceSessions sessions, Manifest manifest, ModelSignature signature) {
    this.runtime = requireNonNull(runtime, "runtime is null");
    this.sessions = requireNonNull(sessions, "sessions is null");
    this.manifest = requireNonNull(manifest, "manifest is null");
    this.signature = requireNonNull(signature, "signature is null");
    this.preprocessing =
        new EvalPreprocessing(
            manifest.getPreprocessing().getImageSize(),
            manifest.getPreprocessing().getResizeShorterSide());
  }

  public Manifest manifest() {
    return manifest;
  }

  public String name() {
    return manifest.getModel();
  }

  public long version() {
    return manifest.getVersion();
  }

  public ModelSignature signature() {
    return signature;
  }

  public EvalPreprocessing preprocessing() {
    return preprocessing;
  }

  /** Whether the last batch could not be computed. */
  public boolean lastRunFailed() {
    return lastRunFailed;
  }

  /** {@link System#nanoTime} of the last lease. */
  long lastUsed() {
    return lastUsed;
  }

  /**
   * Runs one batch.
   *
   * @param pixels direct; uint8 [images, side, side, 3] from position to limit
   * @param outputs names among {@link ModelSignature#outputs()}
   * @return per output, float32 [images][size]
   */
  public Map<String, float[][]> run(ByteBuffer pixels, int images, Set<String> outputs)
      throws OrtException {
    return run(pixels, images, outputs, sessions::run);
  }

  /** A run on some device. */
  @FunctionalInterface
  private interface Run {
    OrtSession.Result of(Map<String, OnnxTensor> inputs, Set<String> outputs) throws OrtException;
  }

  private Map<String, float[][]> run(ByteBuffer pixels, int images, Set<String> outputs, Run run)
      throws OrtException {
    long[] shape = {images, signature.side(), signature.side(), 3};
    boolean failed = true;
    try (OnnxTensor input =
            OnnxTensor.createTensor(runtime.environment(), pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = run.of(Map.of(signature.input(), input), outputs)) {
      Map<String, float[][]> vectors = new HashMap<>();
      for (String output : outputs) {
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        vectors.put(output, rows(tensor.getFloatBuffer(), images, signature.outputs().get(output)));
      }
      failed = false;
      return vectors;
    } finally {
      lastRunFailed = failed;
    }
  }

  /**
   * Runs two images through every output, on every device.
   *
   * @throws ModelRejectedException when a value is not finite
   */
  public void trial() throws OrtException, ModelRejectedException {
    ByteBuffer pixels = ByteBuffer.allocateDirect(TRIAL_IMAGES * signature.imageBytes());
    for (int i = 0; i < pixels.capacity(); i++) {
      pixels.put(i, (byte) (i * 31 + i / 251));
    }
    for (int i = 0; i < sessions.count(); i++) {
      int device = i;
      requireFinite(
          run(
              pixels,
              TRIAL_IMAGES,
              signature.outputs().keySet(),
              (inputs, outputs) -> sessions.runOn(device, inputs, outputs)));
    }
  }

  private static void requireFinite(Map<String, float[][]> vectors) throws ModelRejectedException {
    for (Map.Entry<String, float[][]> output : vectors.entrySet()) {
      for (float[] vector : output.getValue()) {
        for (float value : vector) {
          if (!Float.isFinite(value)) {
            throw new ModelRejectedException(
                "the trial run gave %s in the output '%s'; allowed: finite numbers"
                    .formatted(value, output.getKey()));
          }
        }
      }
    }
  }

  private static float[][] rows(FloatBuffer values, int images, int size) throws OrtException {
    if (values.remaining() != images * size) {
      throw new OrtException(
          "the model gave " + values.remaining() + " values instead of " + images + " * " + size);
    }
    float[][] rows = new float[images][size];
    for (float[] row : rows) {
      values.get(row);
    }
    return rows;
  }

  /** Runs {@code task} when the sessions have closed, or now if it has. */
  public void onClose(Runnable task) {
    synchronized (closeListeners) {
      if (holders.get() > 0) {
        closeListeners.add(task);
        return;
      }
    }
    task.run();
  }

  /** False when it is closed already. */
  boolean hold() {
    lastUsed = System.nanoTime();
    return holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      close();
    }
  }

  private void close() {
    List<Runnable> tasks;
    synchronized (closeListeners) {
      tasks = List.copyOf(closeListeners);
    }
    try {
      sessions.close();
      LOG.infof("unloaded %s/%d", name(), version());
    } catch (OrtException e) {
      LOG.warnf("the sessions of %s/%d did not close: %s", name(), version(), e.getMessage());
    }
    tasks.forEach(Runnable::run);
  }
}
