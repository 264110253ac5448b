package dev.parallax.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.v1.WorkerEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventReaderTest {
  private static List<WorkerEvent> read(String output) throws IOException {
    EventReader reader =
        new EventReader(new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)));
    List<WorkerEvent> events = new ArrayList<>();
    for (Optional<WorkerEvent> e = reader.next(); e.isPresent(); e = reader.next()) {
      events.add(e.get());
    }
    return events;
  }

  private static WorkerEvent warning(String text) {
    return WorkerEvent.newBuilder().setWarning(text).build();
  }

  @Test
  void events_comeInOrderAlsoWithoutALastNewline() throws IOException {
    assertThat(read("{\"warning\":\"a\"}\n{\"warning\":\"ü\"}"))
        .containsExactly(warning("a"), warning("ü"));
  }

  @Test
  void otherLines_arePassedOver() throws IOException {
    assertThat(read("hello\n\n{broken\n[1]\r\n{\"warning\":\"a\"}\n"))
        .containsExactly(warning("a"));
  }

  @Test
  void endlessLine_isPassedOverInBoundedMemory() throws IOException {
    assertThat(
            read(
                "{\"warning\":\""
                    + "x".repeat(EventReader.MAX_LINE_BYTES)
                    + "\"}\n{\"warning\":\"a\"}\n"))
        .containsExactly(warning("a"));
  }
}
