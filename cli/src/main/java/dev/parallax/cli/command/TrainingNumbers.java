package dev.parallax.cli.command;

import dev.parallax.cli.terminal.Texts;
import dev.parallax.trainer.v1.TrainingPoint;
import java.util.List;
import java.util.Locale;

/** What was measured last in a training: loss, online kNN, speed. */
public final class TrainingNumbers {
  private TrainingPoint last = TrainingPoint.getDefaultInstance();

  /** A point need not hold every measurement; the others stay as they are. */
  public void add(List<TrainingPoint> points) {
    for (TrainingPoint point : points) {
      last = last.toBuilder().mergeFrom(point).build();
    }
  }

  /** {@code loss 5.500 kNN 40.0 % 1,234 views/s}. */
  public String text() {
    StringBuilder numbers = new StringBuilder();
    if (last.hasLoss()) {
      numbers.append(String.format(Locale.ROOT, "loss %.3f", last.getLoss()));
    }
    if (last.hasOnlineKnn()) {
      numbers.append("  kNN ").append(Texts.percent(last.getOnlineKnn()));
    }
    if (last.hasViewsPerSecond()) {
      numbers
          .append("  ")
          .append(Texts.count(Math.round(last.getViewsPerSecond())))
          .append(" views/s");
    }
    return numbers.toString().strip();
  }
}
