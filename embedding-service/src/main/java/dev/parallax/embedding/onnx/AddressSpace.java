package dev.parallax.embedding.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address space of this process: every allocation beyond its limit fails. Linux only. */
final class AddressSpace {
  private static final int RLIMIT_AS = 9;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern SIZE = Pattern.compile("VmSize:\\s+(\\d+) kB");

  private AddressSpace() {}

  /**
   * Lets this process grow by so many bytes from now on, for good: {@code setrlimit(RLIMIT_AS)}.
   *
   * @throws IOException when the system does not take it
   */
  @SuppressWarnings("restricted") // one function of the C library
  static void limitGrowth(long bytes) throws IOException {
    long limit = size() + bytes;
    Linker linker = Linker.nativeLinker();
    MethodHandle setrlimit =
        linker.downcallHandle(
            linker
                .defaultLookup()
                .find("setrlimit")
                .orElseThrow(() -> new IOException("the C library has no setrlimit")),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment softAndHard = arena.allocateFrom(ValueLayout.JAVA_LONG, limit, limit);
      int failed = (int) setrlimit.invokeExact(RLIMIT_AS, softAndHard);
      if (failed != 0) {
        throw new IOException("setrlimit did not accept " + limit + " bytes");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("setrlimit failed", e);
    }
  }

  private static long size() throws IOException {
    Matcher size = SIZE.matcher(Files.readString(STATUS));
    if (!size.find()) {
      throw new IOException(STATUS + " tells no VmSize");
    }
    return Long.parseLong(size.group(1)) << 10;
  }
}
