package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.v1.Image;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls with one image each. Reads lines from standard input and answers each with a JSON line:
 *
 * <ul>
 *   <li>{@code closed TARGET PID CALLERS RAMP SECONDS}: callers that call again as soon as they are
 *       answered
 *   <li>{@code open TARGET PID RATE RAMP SECONDS}: Poisson arrivals, {@code RATE} per second,
 *       whatever the answers do; latencies count from the moment that a call was due
 * </ul>
 *
 * {@code PID} is the server, whose processor time of the window is told, {@code RAMP} the seconds
 * before the window.
 */
public final class Load {
  private static final int IMAGES = 64;
  private static final int CONNECTIONS = 8;
  private static final int MAX_PENDING = 100_000;
  private static final double NANOS = 1e9;
  private static final long PATIENCE_SECONDS = 120;

  private final List<byte[]> requests;

  private Load(List<byte[]> requests) {
    this.requests = requests;
  }

  /**
   * @param args model, side of its images
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<byte[]> requests =
        RandomImages.of(IMAGES, Integer.parseInt(args[1]), 1).stream()
            .map(RandomImages::raw)
            .map((Image image) -> Calls.request(args[0], 0, List.of(image)).toByteArray())
            .toList();
    Load load = new Load(requests);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      double amount = Double.parseDouble(words[3]);
      double ramp = Double.parseDouble(words[4]);
      double seconds = Double.parseDouble(words[5]);
      long pid = Long.parseLong(words[2]);
      switch (words[0]) {
        case "closed" -> load.closed(words[1], pid, (int) amount, ramp, seconds);
        case "open" -> load.open(words[1], pid, amount, ramp, seconds);
        default ->
            throw new IllegalArgumentException(
                "the command is '" + words[0] + "'; allowed: closed, open");
      }
    }
  }

  private void closed(String target, long pid, int callers, double ramp, double seconds)
      throws InterruptedException {
    Window window = new Window();
    AtomicBoolean over = new AtomicBoolean();
    List<ManagedChannel> channels = Calls.connect(target, Math.min(callers, CONNECTIONS));
    for (int i = 0; i < callers; i++) {
      new Caller(channels.get(i % channels.size()), i, window, over).call();
    }
    TimeUnit.NANOSECONDS.sleep((long) (ramp * NANOS));
    JsonLine line = measured(window, pid, seconds);
    over.set(true);
    close(channels);
    line.print();
  }

  private static JsonLine measured(Window window, long pid, double seconds)
      throws InterruptedException {
    double server = Cpu.seconds(pid);
    double client = Cpu.ownSeconds();
    long started = System.nanoTime();
    window.open();
    TimeUnit.NANOSECONDS.sleep((long) (seconds * NANOS));
    window.close();
    double elapsed = (System.nanoTime() - started) / NANOS;
    return window
        .line(elapsed)
        .put("server_cpu_s", Cpu.seconds(pid) - server)
        .put("client_cpu_s", Cpu.ownSeconds() - client);
  }

  private static void close(List<ManagedChannel> channels) throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : channels) {
      if (!channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a connection does not close");
      }
    }
  }

  private void open(String target, long pid, double rate, double ramp, double seconds)
      throws InterruptedException {
    Window window = new Window();
    List<ManagedChannel> channels = Calls.connect(target, CONNECTIONS);
    Semaphore pending = new Semaphore(MAX_PENDING);
    SplittableRandom random = new SplittableRandom(1);
    long start = System.nanoTime();
    long from = start + (long) (ramp * NANOS);
    long to = from + (long) (seconds * NANOS);
    double server = 0;
    double client = 0;
    boolean inWindow = false;
    int number = 0;
    double due = start;
    long late = 0;
    while (due < to) {
      due += -Math.log(1 - random.nextDouble()) / rate * NANOS;
      long intended = (long) due;
      for (long wait = intended - System.nanoTime(); wait > 0; ) {
        LockSupport.parkNanos(wait);
        wait = intended - System.nanoTime();
      }
      if (!inWindow && intended >= from) {
        inWindow = true;
        server = Cpu.seconds(pid);
        client = Cpu.ownSeconds();
      }
      late = Math.max(late, System.nanoTime() - intended);
      if (!pending.tryAcquire()) {
        throw new IllegalStateException(MAX_PENDING + " calls are not answered");
      }
      ManagedChannel channel = channels.get(number % channels.size());
      byte[] request = requests.get(number % requests.size());
      number++;
      ClientCalls.asyncUnaryCall(
          channel.newCall(Calls.EMBED, CallOptions.DEFAULT),
          request,
          new Arrival(window, inWindow, intended, pending));
    }
    double serverUsed = Cpu.seconds(pid) - server;
    double clientUsed = Cpu.ownSeconds() - client;
    awaitAll(pending);
    close(channels);
    window
        .line(seconds)
        .put("server_cpu_s", serverUsed)
        .put("client_cpu_s", clientUsed)
        .put("rate", rate)
        .put("latest_send_ms", late / 1e6)
        .print();
  }

  private static void awaitAll(Semaphore pending) throws InterruptedException {
    if (!pending.tryAcquire(MAX_PENDING, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          MAX_PENDING - pending.availablePermits() + " calls were never answered");
    }
  }

  /** One of a closed loop. */
  private final class Caller implements StreamObserver<byte[]> {
    private final ManagedChannel channel;
    private final Window window;
    private final AtomicBoolean over;
    private int number;
    private long started;
    private byte[] answer = new byte[0];

    Caller(ManagedChannel channel, int number, Window window, AtomicBoolean over) {
      this.channel = channel;
      this.number = number;
      this.window = window;
      this.over = over;
    }

    void call() {
      started = System.nanoTime();
      number++;
      ClientCalls.asyncUnaryCall(
          channel.newCall(Calls.EMBED, CallOptions.DEFAULT),
          requests.get(number % requests.size()),
          this);
    }

    @Override
    public void onNext(byte[] value) {
      answer = value;
    }

    @Override
    public void onError(Throwable error) {
      if (over.get()) {
        return;
      }
      Status status = Status.fromThrowable(error);
      boolean refused = status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
      // a caller that meets an error is gone, so that it counts whenever it was
      if (!refused || window.isOpen()) {
        window.ended(status, System.nanoTime() - started);
      }
      if (refused) {
        call();
      } else {
        System.err.println(status);
      }
    }

    @Override
    public void onCompleted() {
      if (window.isOpen()) {
        window.answered(answer, System.nanoTime() - started);
      }
      if (!over.get()) {
        call();
      }
    }
  }

  /** One call of an open loop. */
  private record Arrival(Window window, boolean counts, long due, Semaphore pending)
      implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] answer) {
      if (counts) {
        window.answered(answer, System.nanoTime() - due);
      }
    }

    @Override
    public void onError(Throwable error) {
      if (counts) {
        window.ended(Status.fromThrowable(error), System.nanoTime() - due);
      }
      pending.release();
    }

    @Override
    public void onCompleted() {
      pending.release();
    }
  }
}
