package dev.parallax.cli.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came of a sweep.
 *
 * @param runs in the order of the plan
 */
public record SweepResult(SweepPlan plan, List<RunResult> runs) {
  public SweepResult {
    runs = List.copyOf(runs);
  }

  /** The trainings of one combination, one for each seed. */
  public record Group(Grid.Point point, List<RunResult> runs) {
    /** Over the seeds; empty when none was measured. */
    public Optional<Statistic> statistic(Measure measure) {
      return Statistic.of(runs.stream().flatMap(run -> measure.of(run).stream().boxed()).toList());
    }
  }

  public List<Factor> factors() {
    return plan.grid().factors();
  }

  /** By combination, in the order of the plan. */
  public List<Group> groups() {
    Map<Grid.Point, List<RunResult>> groups = new LinkedHashMap<>();
    runs.forEach(
        run -> groups.computeIfAbsent(run.run().point(), key -> new ArrayList<>()).add(run));
    return groups.entrySet().stream().map(e -> new Group(e.getKey(), e.getValue())).toList();
  }

  /** What some run was measured by; the online kNN only where nothing says more. */
  public List<Measure> measures() {
    List<Measure> evaluated = Stream.of(Measure.KNN, Measure.LINEAR).filter(this::has).toList();
    return evaluated.isEmpty()
        ? Stream.of(Measure.ONLINE_KNN).filter(this::has).toList()
        : evaluated;
  }

  /** The combination with the highest mean of the measure that says most. */
  public Optional<Group> best() {
    List<Measure> measures = measures();
    return measures.isEmpty()
        ? Optional.empty()
        : groups().stream()
            .filter(group -> group.statistic(measures.getLast()).isPresent())
            .max(
                Comparator.comparingDouble(
                    group -> group.statistic(measures.getLast()).orElseThrow().mean()));
  }

  /** Whether a training said how its projections spread. */
  public boolean spreads() {
    return runs.stream().anyMatch(run -> run.featureSpread().isPresent());
  }

  /** Whether combinations were trained with more than one seed. */
  public boolean repeated() {
    return runs.size() > plan.grid().points().size();
  }

  public long failures() {
    return runs.stream().filter(RunResult::failed).count();
  }

  private boolean has(Measure measure) {
    return runs.stream().anyMatch(run -> measure.of(run).isPresent());
  }
}
