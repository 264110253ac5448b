package dev.parallax.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now = 100 * SECOND;

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void pipes_getALineNowAndThenAndAtEveryStage() {
    ProgressLine line = new ProgressLine(Terminal.plain(stream), () -> now);
    line.show("epoch 1", 0.1, OptionalDouble.of(200), "loss 5.5");
    now += SECOND;
    line.show("epoch 1", 0.2, OptionalDouble.of(190), "loss 5.4");
    now += 10 * SECOND;
    line.show("epoch 1", 0.3, OptionalDouble.of(100), "loss 5.3");
    line.show("epoch 2", 0.5, OptionalDouble.empty(), "");
    assertThat(written().lines())
        .containsExactly(
            "epoch 1   10 %  ETA 3 min 20 s  loss 5.5",
            "epoch 1   30 %  ETA 1 min 40 s  loss 5.3", "epoch 2   50 %");
  }

  @Test
  void terminals_getOneLineThatIsRedrawnAndFits() {
    ProgressLine line = new ProgressLine(new Terminal(stream, true, 50, true), () -> now);
    line.show("training", 0.5, OptionalDouble.of(5), "a detail that does not fit into the window");
    now += SECOND;
    line.show("training", 1, OptionalDouble.empty(), "");
    line.say("warning: mind the gap");
    String[] drawn = written().split("\r\u001b\\[K", -1);
    assertThat(drawn[1]).startsWith("training  ████████████············  50 %").hasSize(49);
    assertThat(drawn[2]).isEqualTo("training  ████████████████████████ 100 %");
    assertThat(drawn[3]).isEqualTo("warning: mind the gap" + System.lineSeparator());
  }

  @Test
  void durations_readAsPeopleSayThem() {
    assertThat(Texts.duration(0.4)).isEqualTo("0 s");
    assertThat(Texts.duration(59.6)).isEqualTo("1 min");
    assertThat(Texts.duration(3 * 3600 + 125)).isEqualTo("3 h 2 min");
  }

  @Test
  void numbers_keepFourDigits() {
    assertThat(Texts.number(0.1)).isEqualTo("0.1");
    assertThat(Texts.number(12.3456)).isEqualTo("12.35");
    assertThat(Texts.number(1.163e-6)).isEqualTo("1.16e-06");
    assertThat(Texts.number(300)).isEqualTo("300");
  }

  @Test
  void tables_alignNumbersToTheRight() {
    assertThat(new Table("MODEL", "VERSION").row("a", "9").row("longer", "10").lines())
        .containsExactly("MODEL   VERSION", "a             9", "longer       10");
  }
}
