package dev.parallax.trainer.control;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.trainer.v1.WorkerEvent;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes a worker's standard output apart. Lines that are no event, or too long for one, are passed
 * over.
 */
final class EventReader {
  static final int MAX_LINE_BYTES = 1 << 18;

  private static final Logger LOG = Logger.getLogger(EventReader.class);
  private static final JsonFormat.Parser JSON = JsonFormat.parser().ignoringUnknownFields();

  private final InputStream in;

  EventReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next event; empty at the end of the stream. */
  Optional<WorkerEvent> next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int b = in.read();
      if (b < 0) {
        return Optional.empty();
      }
      long length = 0;
      for (; b >= 0 && b != '\n'; b = in.read(), length++) {
        if (length < MAX_LINE_BYTES) {
          line.write(b);
        }
      }
      Optional<WorkerEvent> event =
          length <= MAX_LINE_BYTES
              ? parse(line.toString(StandardCharsets.UTF_8))
              : Optional.empty();
      if (event.isPresent()) {
        return event;
      }
    }
  }

  private static Optional<WorkerEvent> parse(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    WorkerEvent.Builder event = WorkerEvent.newBuilder();
    try {
      JSON.merge(line, event);
      return Optional.of(event.build());
    } catch (InvalidProtocolBufferException e) {
      LOG.debugf("not an event: %s", line);
      return Optional.empty();
    }
  }
}
