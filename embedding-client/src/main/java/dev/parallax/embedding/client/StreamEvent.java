package dev.parallax.embedding.client;

import dev.parallax.embedding.v1.EmbedResponse;

/** What a stream tells the thread that drives it. */
sealed interface StreamEvent {
  /** The batch was embedded, apart from images that could not be read. */
  record Answered(long id, EmbedResponse response) implements StreamEvent {}

  /** The batch was refused as a whole. */
  record Refused(long id, EmbeddingException reason) implements StreamEvent {}

  /** The stream is gone, and with it every batch in flight. */
  record Ended(EmbeddingException reason) implements StreamEvent {}
}
