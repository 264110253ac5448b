package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbedStreamRequest;
import dev.parallax.embedding.v1.EmbedStreamResponse;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Embeds many images through one {@code EmbedStream}, sending only while the transport is ready;
 * prints a JSON line every second and one at the end.
 */
public final class Bulk {
  private static final int BATCH = 64;
  private static final int DIFFERENT_REQUESTS = 16;
  private static final long MEBIBYTE = 1 << 20;

  private Bulk() {}

  /**
   * @param args target, model, side of its images, images
   */
  public static void main(String[] args) throws InterruptedException {
    int side = Integer.parseInt(args[2]);
    long batches = Math.ceilDiv(Long.parseLong(args[3]), BATCH);
    ManagedChannel channel = Calls.connect(args[0]);
    Sender sender = new Sender(args[1], side, batches);
    long started = System.nanoTime();
    var _ = EmbeddingServiceGrpc.newStub(channel).embedStream(sender);
    boolean done = false;
    while (!done) {
      done = sender.done.await(1, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - started) / 1e9;
      Runtime runtime = Runtime.getRuntime();
      new JsonLine()
          .put("done", done ? 1 : 0)
          .put("seconds", seconds)
          .put("images", sender.images.get())
          .put("errors", sender.errors.get())
          .put("images_per_s", sender.images.get() / seconds)
          .put("heap_mib", (double) (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE)
          .put("heap_limit_mib", runtime.maxMemory() / MEBIBYTE)
          .print();
    }
    channel.shutdownNow();
  }

  /** Fills what the transport takes, and counts what comes back. */
  private static final class Sender
      implements ClientResponseObserver<EmbedStreamRequest, EmbedStreamResponse> {
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicLong images = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final List<EmbedRequest> requests;
    private final long batches;
    private long sent;

    Sender(String model, int side, long batches) {
      this.batches = batches;
      this.requests =
          IntStream.range(0, DIFFERENT_REQUESTS)
              .mapToObj(
                  seed ->
                      Calls.request(
                          model,
                          0,
                          RandomImages.of(BATCH, side, seed).stream()
                              .map(RandomImages::raw)
                              .toList()))
              .toList();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<EmbedStreamRequest> call) {
      call.setOnReadyHandler(() -> fill(call));
    }

    private void fill(ClientCallStreamObserver<EmbedStreamRequest> call) {
      while (call.isReady() && sent < batches) {
        call.onNext(
            EmbedStreamRequest.newBuilder()
                .setId(sent)
                .setRequest(requests.get((int) (sent % requests.size())))
                .build());
        sent++;
        if (sent == batches) {
          call.onCompleted();
        }
      }
    }

    @Override
    public void onNext(EmbedStreamResponse answer) {
      long vectors =
          answer.getResponse().getResultsList().stream().filter(r -> r.hasVector()).count();
      images.addAndGet(vectors);
      errors.addAndGet(vectors == BATCH ? 0 : 1);
    }

    @Override
    public void onError(Throwable error) {
      System.err.println(error.getMessage());
      errors.incrementAndGet();
      done.countDown();
    }

    @Override
    public void onCompleted() {
      done.countDown();
    }
  }
}
