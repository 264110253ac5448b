package dev.parallax.embedding.provider;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** The library of the NVIDIA driver on Linux, without which no CUDA program runs. */
public final class NvidiaDriver {
  static final String LIBRARY = "libcuda.so.1";

  private NvidiaDriver() {}

  /** Loads the library for a moment; nothing of it is called. */
  @SuppressWarnings("restricted") // the vendor's own library, under its own name
  public static boolean isThere() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(LIBRARY, arena);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
