package dev.parallax.trainer.method;

import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.v1.Recipe;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** A recipe's composition, ready to run. */
public final class Method implements AutoCloseable {
  private final Objective objective;

  /**
   * @param parameters of all layers that {@link MethodLayers} names
   */
  public Method(Recipe recipe, Network network, Parameters parameters, MethodRun run) {
    this.objective = objective(new MethodParts(recipe, network, parameters, run));
  }

  private static Objective objective(MethodParts parts) {
    return switch (parts.recipe().getLoss().getKindCase()) {
      case NT_XENT -> new PairContrast(parts);
      case INFO_NCE -> new KeyContrast(parts);
      case BANK_NCE -> new BankContrast(parts);
      case INSTANCE_SPREADING -> new InstanceContrast(parts);
      case NORMALIZED_MSE, NEGATIVE_COSINE -> new ViewRegression(parts);
      case SWAPPED_PREDICTION -> new SwappedAssignments(parts);
      case ROW_PREDICTION -> new RowsAhead(parts);
      case MULTI_SCALE_NCE -> new MapContrast(parts);
      case CROSS_ENTROPY -> new Classification(parts);
      case DISTILLATION -> new TeacherMatching(parts);
      case KIND_NOT_SET -> throw new IllegalArgumentException("loss is not set");
    };
  }

  /** Takes up parameters that were set after this was made, as a run's first step finds them. */
  public void start() {
    objective.start();
  }

  /** The loss of a batch; the caller computes gradients from it. */
  public Outcome run(Step step) {
    return objective.run(step);
  }

  /** Takes a batch into the method's memory, after its gradients are computed. */
  public void remember(Step step, Outcome outcome) {
    objective.remember(step, outcome);
  }

  /** Follows an optimiser step; {@code step} counts batches from 0. */
  public void updated(long step) {
    objective.updated(step);
  }

  /** Everything besides the parameters that outlives a step: queue, bank, momentum encoder. */
  public List<Parameters> state() {
    return objective.state();
  }

  /** Parameters that stay as they are in an epoch, counted from 0. */
  public Set<String> frozen(long epoch) {
    return objective.frozen(epoch);
  }

  /**
   * The loss of an encoder that tells nothing apart, nats; empty where there is none.
   *
   * @param epoch counted from 0
   */
  public OptionalDouble chanceLoss(long epoch) {
    return objective.chanceLoss(epoch);
  }

  /** Whether vectors that are all alike mean a collapse. */
  public boolean watchesSpread() {
    return objective.watchesSpread();
  }

  @Override
  public void close() {
    objective.close();
  }
}
