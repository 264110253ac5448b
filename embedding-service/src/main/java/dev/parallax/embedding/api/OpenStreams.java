package dev.parallax.embedding.api;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that are open now, to be ended in good order when the service stops. */
public final class OpenStreams {
  private final Set<StreamCall<?, ?>> streams = ConcurrentHashMap.newKeySet();

  void add(StreamCall<?, ?> stream) {
    streams.add(stream);
  }

  void remove(StreamCall<?, ?> stream) {
    streams.remove(stream);
  }

  public int count() {
    return streams.size();
  }

  /** Lets every stream answer what it has read and then end with UNAVAILABLE. */
  public void stop() {
    streams.forEach(StreamCall::stop);
  }
}
