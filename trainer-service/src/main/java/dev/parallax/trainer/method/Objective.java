package dev.parallax.trainer.method;

import dev.parallax.trainer.torch.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A loss with what it compares. A step is {@link #run}, backward, {@link #remember}, the
 * optimiser's step, {@link #updated}: so no batch meets itself in a queue or a bank, and a momentum
 * encoder follows the weights that the step made.
 */
sealed interface Objective extends AutoCloseable
    permits BankContrast,
        Classification,
        InstanceContrast,
        KeyContrast,
        MapContrast,
        PairContrast,
        RowsAhead,
        SwappedAssignments,
        TeacherMatching,
        ViewRegression {

  /** Takes up parameters that were set from outside, before the first step. */
  default void start() {
    sides().ifPresent(Sides::start);
  }

  /** The loss of a batch. */
  Outcome run(Step step);

  /** The two sides of a comparison of views; empty where the method has no such thing. */
  default Optional<Sides> sides() {
    return Optional.empty();
  }

  /** Takes a batch into a queue or a bank. */
  default void remember(Step step, Outcome outcome) {
    sides().ifPresent(sides -> outcome.remembered().forEach(sides::remember));
  }

  /** Follows an optimiser step; {@code step} counts batches from 0. */
  default void updated(long step) {
    sides().ifPresent(sides -> sides.updated(step));
  }

  /** Everything that outlives a step. */
  default List<Parameters> state() {
    return sides().map(Sides::state).orElse(List.of());
  }

  /** Parameters that stay as they are in an epoch, counted from 0. */
  default Set<String> frozen(long epoch) {
    return Set.of();
  }

  /**
   * The loss of an encoder that tells nothing apart, nats; empty where there is none.
   *
   * @param epoch counted from 0; what a queue adds begins with the epoch from which it is used
   */
  OptionalDouble chanceLoss(long epoch);

  /** Whether outputs that are all alike mean a collapse. */
  default boolean watchesSpread() {
    return true;
  }

  @Override
  default void close() {}
}
