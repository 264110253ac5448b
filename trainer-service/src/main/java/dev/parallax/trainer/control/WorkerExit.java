package dev.parallax.trainer.control;

/**
 * How a worker ended.
 *
 * @param code exit code; 128 + n when signal n killed it
 */
public record WorkerExit(int code) {
  private static final int SIGNALS = 128;
  private static final int HEAP_EXHAUSTED = 3; // -XX:+ExitOnOutOfMemoryError

  /** Whether it crashed or was killed, rather than having ended by itself. */
  public boolean bySignal() {
    return code > SIGNALS && code < SIGNALS + 65;
  }

  /** For a sentence that begins with "the worker". */
  public String explanation() {
    return switch (code) {
      case 0 -> "ended without publishing a model";
      case HEAP_EXHAUSTED -> "ran out of Java heap; raise parallax.trainer.worker-memory";
      case SIGNALS + 9 ->
          "was killed (signal 9), most likely because the machine ran out of memory; lower"
              + " spec.recipe.optimization.batch_size or give the machine more memory";
      case SIGNALS + 6 -> "crashed in native code (signal 6, abort)";
      case SIGNALS + 11 -> "crashed in native code (signal 11, segmentation fault)";
      case SIGNALS + 15 -> "was asked to terminate by another program (signal 15)";
      default ->
          bySignal() ? "was ended by signal " + (code - SIGNALS) : "ended with exit code " + code;
    };
  }
}
