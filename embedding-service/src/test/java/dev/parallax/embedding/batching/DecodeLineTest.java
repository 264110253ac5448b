package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.fixtures.ManualExecutor;
import dev.parallax.embedding.fixtures.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DecodeLineTest {
  private final ManualExecutor threads = new ManualExecutor();
  private final ManualTime time = new ManualTime();
  private final List<String> done = new ArrayList<>();
  private final DecodeLine line =
      new DecodeLine(
          threads,
          2,
          new BatchSettings(
              4, 1, 64, Duration.ZERO, new QueueTime(Optional.of(Duration.ofMillis(100)))),
          time);

  @Test
  void higherPriorities_andOtherCallers_goBeforeTheRestOfALargeCall() {
    decode("large", Priority.DEFAULT, 4);
    decode("large", Priority.DEFAULT, 4);
    decode("small", Priority.DEFAULT, 1);
    decode("urgent", new Priority(1), 4);
    threads.runAll();
    assertThat(done).containsExactly("urgent", "large", "small", "large");
  }

  @Test
  void theWait_isWhatIsAhead_byThePaceOfWhatWasDecoded() {
    for (int i = 0; i < Pace.WARM_UP; i++) {
      assertThat(line.expectedWait(Priority.DEFAULT).time()).isZero();
      line.execute(this, Priority.DEFAULT, 4, () -> passing(Duration.ofMillis(40)));
      threads.runAll();
    }
    assertThat(line.expectedWait(Priority.DEFAULT).time()).as("nobody waits").isZero();

    decode("large", Priority.DEFAULT, 4);
    decode("large", Priority.DEFAULT, 4);
    decode("small", Priority.DEFAULT, 1);
    ExpectedWait wait = line.expectedWait(Priority.DEFAULT);
    assertThat(wait.time()).isEqualTo(Duration.ofMillis(25));
    assertThat(wait.allowed()).isEqualTo(Duration.ofMillis(100));
    assertThat(line.expectedWait(new Priority(1)).time()).isZero();

    threads.runAll();
    assertThat(line.expectedWait(Priority.DEFAULT).time()).isZero();
  }

  @Test
  void whatWasGivenUp_saysNothingOfThePace() {
    for (int i = 0; i < Pace.WARM_UP; i++) {
      line.execute(this, Priority.DEFAULT, 4, () -> 0);
    }
    threads.runAll();
    decode("small", Priority.DEFAULT, 1);
    assertThat(line.expectedWait(Priority.DEFAULT).time()).isZero();
  }

  private int passing(Duration duration) {
    time.pass(duration);
    return 4;
  }

  private void decode(String caller, Priority priority, int images) {
    line.execute(
        caller,
        priority,
        images,
        () -> {
          done.add(caller);
          return images;
        });
  }
}
