package dev.parallax.embedding.benchmark;

import ai.onnxruntime.OrtException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The most that ONNX Runtime gives on this machine: workers that run a session on pixels that lie
 * there already. Reads lines {@code BATCH SECONDS} from standard input and answers each with a JSON
 * line.
 */
public final class RawLoop {
  private static final double NANOS = 1e9;

  private RawLoop() {}

  /**
   * @param args file of the model, workers
   */
  public static void main(String[] args) throws OrtException, IOException, InterruptedException {
    int workers = Integer.parseInt(args[1]);
    try (RawSession session = new RawSession(Path.of(args[0]));
        ExecutorService pool = Executors.newFixedThreadPool(workers)) {
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ", -1);
        measure(session, pool, workers, Integer.parseInt(words[0]), Double.parseDouble(words[1]));
      }
    }
  }

  private static void measure(
      RawSession session, ExecutorService pool, int workers, int batch, double seconds)
      throws InterruptedException {
    // one run of every worker first, so that the arena has its size
    loop(session, pool, workers, batch, 0);
    long started = System.nanoTime();
    double cpu = Cpu.ownSeconds();
    long images = loop(session, pool, workers, batch, seconds);
    double used = Cpu.ownSeconds() - cpu;
    double elapsed = (System.nanoTime() - started) / NANOS;
    new JsonLine()
        .put("batch", batch)
        .put("workers", workers)
        .put("seconds", elapsed)
        .put("images", images)
        .put("images_per_s", images / elapsed)
        .put("cpu_s", used)
        .put("images_per_cpu_s", images / used)
        .put("batch_ms", 1e3 * elapsed * workers * batch / images)
        .print();
  }

  /** Every worker runs once at least. */
  private static long loop(
      RawSession session, ExecutorService pool, int workers, int batch, double seconds)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * NANOS);
    List<Future<Long>> counts = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int seed = worker;
      counts.add(
          pool.submit(
              () -> {
                ByteBuffer pixels =
                    ByteBuffer.allocateDirect(batch * session.side() * session.side() * 3);
                RandomImages.of(batch, session.side(), seed).forEach(i -> pixels.put(i.rgb()));
                pixels.flip();
                long images = 0;
                do {
                  session.run(pixels, batch);
                  images += batch;
                } while (System.nanoTime() < end);
                return images;
              }));
    }
    long images = 0;
    for (Future<Long> count : counts) {
      try {
        images += count.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a run failed", e);
      }
    }
    return images;
  }
}
