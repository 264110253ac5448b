package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TurnsTest {
  private final Turns turns = new Turns(16);
  private final Object large = new Object();
  private final Object small = new Object();

  @Test
  void aLargeCall_standsBeforeANewOne_withOneTurn() {
    turns.add(large, Priority.DEFAULT, 256);
    turns.add(small, Priority.DEFAULT, 3);
    assertThat(turns.ahead(Priority.DEFAULT)).isEqualTo(16 + 3);
    assertThat(turns.images()).isEqualTo(259);

    turns.remove(large, Priority.DEFAULT, 250);
    assertThat(turns.ahead(Priority.DEFAULT)).isEqualTo(6 + 3);
    turns.remove(large, Priority.DEFAULT, 6);
    turns.remove(small, Priority.DEFAULT, 3);
    assertThat(turns.ahead(Priority.DEFAULT)).isZero();
    assertThat(turns.images()).isZero();
  }

  @Test
  void allCallsOfACaller_areOne() {
    for (int i = 0; i < 8; i++) {
      turns.add(large, Priority.DEFAULT, 16);
    }
    assertThat(turns.ahead(Priority.DEFAULT)).isEqualTo(16);
  }

  @Test
  void everythingOfAHigherPriority_goesFirst_andNothingOfALowerOne() {
    turns.add(large, new Priority(1), 100);
    turns.add(small, new Priority(3), 2);
    assertThat(turns.ahead(new Priority(1))).isEqualTo(16);
    assertThat(turns.ahead(new Priority(2))).isEqualTo(100);
    assertThat(turns.ahead(new Priority(3))).isEqualTo(102);
  }
}
