package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a model version, which stays open until the lease is closed. */
public final class ModelLease implements AutoCloseable {
  private final ServedModel model;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over a hold that was got by {@link ServedModel#hold()}. */
  ModelLease(ServedModel model) {
    this.model = requireNonNull(model, "model is null");
  }

  public ServedModel model() {
    return model;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      model.release();
    }
  }
}
