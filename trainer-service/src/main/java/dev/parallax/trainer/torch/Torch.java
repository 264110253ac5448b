package dev.parallax.trainer.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;

/** The PyTorch engine of this process. */
public final class Torch {
  /** As libtorch's allocator for the CPU says it. */
  private static final String ALLOCATION = "can't allocate memory";

  private static final String BAD_ALLOC = "std::bad_alloc";

  private Torch() {}

  /**
   * Loads the native library and fixes the number of intra-op threads. Runs are bit-identical for a
   * given number of threads. The calling thread, where DJL leaves recording for autograd switched
   * off, gets it switched on.
   *
   * @param threads 1 to 1024
   * @throws IllegalStateException when the native library cannot be loaded; the message says what
   *     helps
   */
  public static void start(int threads) {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + "; allowed: 1 to 1024");
    }
    try {
      Engine.getEngine("PyTorch");
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "The PyTorch native library could not be loaded ("
              + rootMessage(e)
              + "). Parallax brings it for Linux on x86-64 with glibc 2.28 or newer; DJL_CACHE_DIR must be"
              + " writable and have 500 MB free.",
          e);
    }
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(true);
  }

  /** Whether what failed is an allocation of the engine's, which lies outside of the Java heap. */
  public static boolean outOfMemory(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EngineException
          && cause.getMessage() != null
          && (cause.getMessage().contains(ALLOCATION) || cause.getMessage().contains(BAD_ALLOC))) {
        return true;
      }
    }
    return false;
  }

  /** Version of libtorch, as in {@code 2.7.1}. */
  public static String version() {
    return Engine.getEngine("PyTorch").getVersion();
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
