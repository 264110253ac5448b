package dev.parallax.embedding.model;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What the C library keeps of freed memory. A session that closes frees its weights and its arena,
 * but glibc gives only a part of that back to the system by itself.
 */
final class NativeMemory {
  private static final Logger LOG = Logger.getLogger(NativeMemory.class);
  private static final Optional<MethodHandle> TRIM = trimHandle();

  private NativeMemory() {}

  /**
   * Gives free pages of the heap back to the system: {@code malloc_trim(0)}. Takes milliseconds;
   * does nothing where the C library has no such function.
   */
  static void trim() {
    TRIM.ifPresent(
        trim -> {
          try {
            int _ = (int) trim.invokeExact(0L);
          } catch (Throwable e) {
            throw new IllegalStateException("malloc_trim failed", e);
          }
        });
  }

  @SuppressWarnings("restricted") // one function, without pointers
  private static Optional<MethodHandle> trimHandle() {
    Linker linker = Linker.nativeLinker();
    Optional<MethodHandle> handle =
        linker
            .defaultLookup()
            .find("malloc_trim")
            .map(
                address ->
                    linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));
    if (handle.isEmpty()) {
      LOG.debug("this C library has no malloc_trim");
    }
    return handle;
  }
}
