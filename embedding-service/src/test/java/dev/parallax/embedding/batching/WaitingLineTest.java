package dev.parallax.embedding.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WaitingLineTest {
  private static final int TURN = 4;
  private static final Priority HIGH = new Priority(1);
  private static final Priority LOW = new Priority(Priority.LOWEST);

  private final WaitingLine<Item> line = new WaitingLine<>(TURN);

  private record Item(String caller, Priority priority, int number, int images)
      implements Waiting {}

  @Test
  void higherPriorities_goFirst_andFillUpWithLowerOnes() {
    add("low", LOW, 2);
    add("usual", Priority.DEFAULT, 1);
    add("high", HIGH, 2);
    assertThat(take(4)).containsExactly("high 0", "high 1", "usual 0", "low 0");
    assertThat(take(4)).containsExactly("low 1");
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void whoAsksForNoMoreThanATurn_isServedFirstComeFirstServed() {
    add("a", Priority.DEFAULT, 4);
    add("b", Priority.DEFAULT, 1);
    add("c", Priority.DEFAULT, 2);
    assertThat(take(7)).containsExactly("a 0", "a 1", "a 2", "a 3", "b 0", "c 0", "c 1");
  }

  @Test
  void beyondItsTurn_aLargeCallWaitsBehindOthers_evenBehindThoseThatCameLater() {
    add("large", Priority.DEFAULT, 10);
    assertThat(take(2)).containsExactly("large 0", "large 1");
    add("a", Priority.DEFAULT, 1);
    assertThat(take(3)).containsExactly("large 2", "large 3", "a 0");
    add("b", Priority.DEFAULT, 1);
    assertThat(take(6))
        .containsExactly("large 4", "large 5", "large 6", "large 7", "b 0", "large 8");
  }

  @Test
  void twoLargeCalls_takeTurns() {
    add("a", Priority.DEFAULT, 8);
    add("b", Priority.DEFAULT, 8);
    assertThat(IntStream.range(0, 4).mapToObj(i -> take(TURN).getFirst()).toList())
        .containsExactly("a 0", "b 0", "a 4", "b 4");
  }

  @Test
  void theLowest_isNotStarved_howeverMuchOfTheHighestArrives() {
    add("low", LOW, 2);
    List<Integer> lowAt = new ArrayList<>();
    for (int take = 1; lowAt.size() < 2; take++) {
      add("high-" + take, HIGH, 2);
      if (take(1).getFirst().startsWith("low")) {
        lowAt.add(take);
      }
    }
    assertThat(lowAt).containsExactly(WaitingLine.BY_AGE, 2 * WaitingLine.BY_AGE);
  }

  @Test
  void aTakeByAge_isOfTheOldest_whicheverItsPriority() {
    for (int i = 1; i < WaitingLine.BY_AGE; i++) {
      add("warm-up", HIGH, 1);
      take(1);
    }
    add("high", HIGH, 1);
    add("low", LOW, 1);
    add("usual", Priority.DEFAULT, 1);
    assertThat(take(3)).containsExactly("high 0", "low 0", "usual 0");
  }

  @Test
  void theAbandoned_areTakenOutOnTheWay_andDoNotCount() {
    add("gone", HIGH, 3);
    add("here", Priority.DEFAULT, 2);
    List<Item> dropped = new ArrayList<>();
    List<Item> taken = line.take(1, item -> item.caller().equals("gone"), dropped);
    assertThat(shown(taken)).containsExactly("here 0");
    assertThat(shown(dropped)).containsExactly("gone 0", "gone 1", "gone 2");
  }

  @Test
  void theAbandoned_canBeRemoved_andTheOthersKeepTheirPlaces() {
    add("a", Priority.DEFAULT, 2);
    add("gone", Priority.DEFAULT, 5);
    add("b", Priority.DEFAULT, 1);
    assertThat(line.remove(item -> item.caller().equals("gone"))).hasSize(5);
    assertThat(line.images()).isEqualTo(3);
    assertThat(take(9)).containsExactly("a 0", "a 1", "b 0");
  }

  @Test
  void itemsOfSeveralImages_countAsSoMany() {
    line.add(new Item("a", Priority.DEFAULT, 0, 3));
    line.add(new Item("a", Priority.DEFAULT, 1, 3));
    line.add(new Item("a", Priority.DEFAULT, 2, 3));
    line.add(new Item("b", Priority.DEFAULT, 0, 1));
    assertThat(line.images()).isEqualTo(10);
    assertThat(take(1)).containsExactly("a 0");
    assertThat(take(4)).containsExactly("a 1", "b 0");
    assertThat(line.images()).isEqualTo(3);
  }

  @Test
  void anEmptyLine_givesNothing() {
    assertThat(take(3)).isEmpty();
    assertThat(line.images()).isZero();
  }

  private void add(String caller, Priority priority, int images) {
    IntStream.range(0, images).forEach(i -> line.add(new Item(caller, priority, i, 1)));
  }

  private List<String> take(int images) {
    return shown(line.take(images, Objects::isNull, new ArrayList<>()));
  }

  private static List<String> shown(List<Item> items) {
    return items.stream().map(item -> item.caller() + " " + item.number()).toList();
  }
}
