package dev.parallax.eval.client;

import dev.parallax.embedding.v1.EmbedResponse;
import io.grpc.Status;

/** What a stream tells the thread that drives it. */
sealed interface StreamEvent {
  /** The batch was embedded, apart from images that could not be read. */
  record Answered(long id, EmbedResponse response) implements StreamEvent {}

  /** The batch was refused as a whole. */
  record Refused(long id, Status status) implements StreamEvent {}

  /** The stream is gone, and with it every batch in flight. */
  record Ended(Status status) implements StreamEvent {}
}
