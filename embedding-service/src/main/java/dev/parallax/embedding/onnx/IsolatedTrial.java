package dev.parallax.embedding.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Loads a model and runs it, alone and in the largest batch, in a process whose memory is bounded:
 * a graph that allocates without measure, hangs or crashes takes down that process and not this
 * one. A file that has passed is not tried again. For one thread.
 */
public final class IsolatedTrial {
  private static final int MAX_ANSWER_BYTES = 4096;
  private static final int MAX_REMEMBERED = 1000;
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "LD_LIBRARY_PATH", "TMPDIR");

  private final TrialSettings settings;
  private final Set<String> passed =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MAX_REMEMBERED;
            }
          });

  public IsolatedTrial(TrialSettings settings) {
    this.settings = requireNonNull(settings, "settings is null");
  }

  /**
   * @param sha256 of the file
   * @throws OnnxRefusedException when the model does not run within the limits
   * @throws IOException when the process cannot be started
   */
  public void run(Path file, String sha256) throws IOException, OnnxRefusedException {
    if (passed.contains(sha256)) {
      return;
    }
    Process process = start(file);
    try {
      judge(process);
    } finally {
      process.destroyForcibly();
    }
    passed.add(sha256);
  }

  private Process start(Path file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx64m",
            "-Xss16m",
            "-XX:MaxDirectMemorySize=2g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Djava.awt.headless=true",
            "--enable-native-access=ALL-UNNAMED"));
    TrialClassPath.nativeLibraries()
        .ifPresent(directory -> command.add("-Donnxruntime.native.path=" + directory));
    command.addAll(
        List.of(
            TrialProcess.class.getName(),
            file.toString(),
            Long.toString(settings.memoryBytes()),
            Integer.toString(settings.intraOpThreads()),
            Integer.toString(settings.images()),
            settings.optimization().level().name()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // no token and no credential of the service reaches the process
    builder.environment().keySet().retainAll(ENVIRONMENT);
    // a long command line costs ONNX Runtime its stack
    builder
        .environment()
        .put("CLASSPATH", TrialClassPath.of(System.getProperty("java.class.path")));
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return builder.start();
  }

  private void judge(Process process) throws IOException, OnnxRefusedException {
    String answer = answer(process);
    if (answer.equals(TrialProcess.OK)) {
      return;
    }
    if (answer.startsWith(TrialProcess.MEMORY)) {
      String buffer = answer.substring(TrialProcess.MEMORY.length()).strip();
      throw new OnnxRefusedException(
          "loading it and running %d images takes more memory than it may have%s; allowed: %d bytes"
              .formatted(
                  settings.images(),
                  buffer.isEmpty() ? "" : ", a single buffer " + buffer + " bytes",
                  settings.memoryBytes()));
    }
    if (answer.startsWith(TrialProcess.FAILED)) {
      throw new OnnxRefusedException(
          "the trial run failed: " + answer.substring(TrialProcess.FAILED.length()).strip());
    }
    throw new OnnxRefusedException(
        "the process of the trial run, which may allocate %d bytes, ended without an answer and with exit code %d"
            .formatted(settings.memoryBytes(), process.exitValue()));
  }

  /** What the process says before its time is up; empty when it ends without a word. */
  private String answer(Process process) throws IOException, OnnxRefusedException {
    try (InputStream out = process.getInputStream()) {
      if (!process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new OnnxRefusedException(
            "the trial run of %d images took longer than %s"
                .formatted(settings.images(), settings.timeout()));
      }
      String said = new String(out.readNBytes(MAX_ANSWER_BYTES), UTF_8);
      return said.lines().findFirst().orElse("").strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during the trial run", e);
    }
  }
}
