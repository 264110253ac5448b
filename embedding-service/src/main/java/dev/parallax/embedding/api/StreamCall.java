package dev.parallax.embedding.api;

import com.google.protobuf.MessageLite;
import dev.parallax.embedding.serving.CallLife;
import dev.parallax.embedding.serving.Gate;
import dev.parallax.embedding.serving.Gate.Pass;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.platform.grpc.Statuses;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One open stream. The next message is asked for only while few images are in flight and the client
 * takes its answers, so that neither a fast sender nor a slow reader makes the service hold more
 * than {@link StreamLimits}.
 *
 * @param <Q> messages of the client
 * @param <A> messages of the service, one for each of the client's
 */
public final class StreamCall<Q extends MessageLite, A> implements StreamObserver<Q> {
  /** What becomes of the messages of a stream. */
  public interface Exchange<Q, A> {
    /** Images in a message: it counts as so many against the limits. */
    int images(Q message);

    /**
     * @param life of the stream
     */
    CompletableFuture<A> answer(Q message, CallLife life);

    /** The message that tells of a failure; the stream goes on. */
    A failure(Q message, Throwable failure);

    /** Whether answers go out in the order of the client's messages, or as they are done. */
    boolean inOrder();
  }

  private final ServerCallStreamObserver<A> out;
  private final Exchange<Q, A> exchange;
  private final Gate gate;
  private final StreamLimits limits;
  private final CallLife life;
  private final OpenStreams streams;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Slot<A>> unsent = new ArrayDeque<>();
  private Pass place = () -> {};
  private int requests;
  private int images;
  private long bytes;
  private boolean asked;
  private boolean halfClosed;
  private boolean stopping;
  private boolean ended;

  /** Where the answer to one message goes. */
  private static final class Slot<A> {
    private final int images;
    private final int bytes;
    private A answer;

    Slot(int images, int bytes) {
      this.images = images;
      this.bytes = bytes;
    }
  }

  public StreamCall(
      ServerCallStreamObserver<A> out,
      Exchange<Q, A> exchange,
      Gate gate,
      StreamLimits limits,
      CallLife life,
      OpenStreams streams) {
    this.out = out;
    this.exchange = exchange;
    this.gate = gate;
    this.limits = limits;
    this.life = life;
    this.streams = streams;
  }

  /**
   * Opens the stream, while the call is being started, or refuses it.
   *
   * @return the client's side
   */
  public StreamObserver<Q> start() {
    try {
      open();
      return this;
    } catch (RequestException e) {
      out.onError(Statuses.of(e));
      return new IgnoredStream<>();
    }
  }

  /**
   * @throws RequestException RESOURCE_EXHAUSTED when too many streams are open
   */
  private void open() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::askForMore);
    out.setOnCancelHandler(this::cancelled);
    place = gate.openStream();
    streams.add(this);
    askForMore();
  }

  /** Reads no more, answers what was read, ends with UNAVAILABLE. */
  void stop() {
    locked(
        () -> {
          stopping = true;
          endIfDone();
        });
  }

  @Override
  public void onNext(Q message) {
    Slot<A> slot = new Slot<>(exchange.images(message), message.getSerializedSize());
    locked(
        () -> {
          asked = false;
          requests++;
          images += slot.images;
          bytes += slot.bytes;
          unsent.addLast(slot);
        });
    var _ =
        answer(message, slot.bytes)
            .whenComplete(
                (answer, failure) -> {
                  A told = failure == null ? answer : exchange.failure(message, failure);
                  locked(() -> answered(slot, told));
                  askForMore();
                });
    askForMore();
  }

  private CompletableFuture<A> answer(Q message, int size) {
    try {
      return Gate.during(gate.enterFromStream(size), () -> exchange.answer(message, life));
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void answered(Slot<A> slot, A answer) {
    slot.answer = answer;
    if (exchange.inOrder()) {
      while (!unsent.isEmpty() && unsent.getFirst().answer != null) {
        send(unsent.removeFirst());
      }
    } else {
      unsent.remove(slot);
      send(slot);
    }
    endIfDone();
  }

  private void send(Slot<A> slot) {
    requests--;
    images -= slot.images;
    bytes -= slot.bytes;
    if (!ended) {
      out.onNext(slot.answer);
    }
  }

  @Override
  public void onCompleted() {
    locked(
        () -> {
          halfClosed = true;
          endIfDone();
        });
  }

  /** gRPC tells of a client that went away here or through the cancel handler. */
  @Override
  public void onError(Throwable t) {
    cancelled();
  }

  private void cancelled() {
    locked(this::leave);
    life.cancel();
  }

  private void askForMore() {
    locked(
        () -> {
          if (!ended
              && !halfClosed
              && !stopping
              && !asked
              && images < limits.images()
              && bytes < limits.bytes()
              && out.isReady()) {
            asked = true;
            out.request(1);
          }
        });
  }

  private void endIfDone() {
    if (ended || requests > 0 || !(halfClosed || stopping)) {
      return;
    }
    leave();
    if (halfClosed) {
      out.onCompleted();
    } else {
      out.onError(
          Statuses.of(
              RequestException.of(
                  Kind.UNAVAILABLE, "the service is stopping; open another stream")));
    }
  }

  private void leave() {
    if (!ended) {
      ended = true;
      streams.remove(this);
      place.close();
    }
  }

  private void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }
}
