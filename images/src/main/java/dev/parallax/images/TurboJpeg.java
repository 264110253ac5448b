package dev.parallax.images;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * libjpeg-turbo's decoder: the system's TurboJPEG library, called through {@code
 * java.lang.foreign}. It takes a third of the time of the JDK's, which is the same code of 1998
 * without the vector instructions.
 *
 * <p>Accurate transform and smooth upsampling, as the JDK's: for whole files that are {@link
 * PlainJpeg} the pixels are the same to the bit. Whatever the library does not decode without a
 * single warning is left to the JDK's reader. What is damaged and noticed by neither may differ:
 * coefficients that no encoder writes overflow in two ways.
 *
 * <p>A decode holds the file and 3 bytes a pixel outside of the heap, and for a progressive file
 * its coefficients, 3 to 6 bytes a pixel, as the JDK's does. Thread-safe.
 */
final class TurboJpeg {
  /** Debian's libturbojpeg0, Fedora's turbojpeg, Alpine's libjpeg-turbo: all of them since 2013. */
  static final String LIBRARY = "libturbojpeg.so.0";

  private static final int RGB = 0;
  private static final int ACCURATE_DCT = 4096;
  private static final int STOP_ON_WARNING = 8192;

  private final int version;
  private final MethodHandle create;
  private final MethodHandle decompress;
  private final MethodHandle destroy;

  @SuppressWarnings("restricted") // that is what the services allow native access for
  private TurboJpeg(Linker linker, SymbolLookup symbols) {
    version = symbols.find("tj3Init").isPresent() ? 3 : 2;
    create =
        linker.downcallHandle(
            symbols.findOrThrow("tjInitDecompress"), FunctionDescriptor.of(ADDRESS));
    destroy =
        linker.downcallHandle(
            symbols.findOrThrow("tjDestroy"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    decompress =
        linker.downcallHandle(
            symbols.findOrThrow("tjDecompress2"),
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_INT));
  }

  /**
   * The library where this system has it. Releases before 2.0 do not count: they say nothing of
   * warnings. Nor does a JVM that may not call native code.
   *
   * @param library file name, found as the system finds its libraries
   */
  @SuppressWarnings("restricted")
  static Optional<TurboJpeg> find(String library) {
    try {
      Linker linker = Linker.nativeLinker();
      MemoryLayout size = linker.canonicalLayouts().get("long");
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      return size.byteSize() == JAVA_LONG.byteSize() && symbols.find("tjGetErrorCode").isPresent()
          ? Optional.of(new TurboJpeg(linker, symbols))
          : Optional.empty();
    } catch (IllegalArgumentException | IllegalCallerException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** The major release: 2, or 3 for all later ones. */
  int version() {
    return version;
  }

  /**
   * Decodes a file that is {@link PlainJpeg}.
   *
   * @param width pixels that the file's frame header says
   * @param height pixels that the file's frame header says
   * @return empty where the library warns, fails or lacks memory
   */
  Optional<RgbImage> decode(byte[] file, int width, int height) {
    int size = width * height * 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment jpeg;
      MemorySegment pixels;
      try {
        jpeg = arena.allocateFrom(JAVA_BYTE, file);
        pixels = arena.allocate(size);
      } catch (OutOfMemoryError e) {
        return Optional.empty();
      }
      if (!decompress(jpeg, pixels, width, height)) {
        return Optional.empty();
      }
      return Optional.of(new RgbImage(width, height, pixels.toArray(JAVA_BYTE)));
    }
  }

  /**
   * A handle for each file takes 0.2 to 0.5 µs, 2 % of the time of one of 32x32 pixels; kept ones
   * would have to be given back when their threads end. The library never writes more than {@code
   * height} rows of {@code width}, whatever the file says.
   */
  private boolean decompress(MemorySegment jpeg, MemorySegment pixels, int width, int height) {
    try {
      var handle = (MemorySegment) create.invokeExact();
      if (handle.address() == 0) {
        return false;
      }
      try {
        return (int)
                decompress.invokeExact(
                    handle,
                    jpeg,
                    jpeg.byteSize(),
                    pixels,
                    width,
                    width * 3,
                    height,
                    RGB,
                    ACCURATE_DCT | STOP_ON_WARNING)
            == 0;
      } finally {
        int _ = (int) destroy.invokeExact(handle);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("no C function throws", e);
    }
  }
}
