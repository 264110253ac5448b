package dev.parallax.trainer.method;

import dev.parallax.trainer.loss.BankSoftmaxLoss;
import dev.parallax.trainer.loss.NceLoss;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.MemoryBank;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.BankNce;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** An image against the memory bank of all images: InstDisc. */
final class BankContrast implements Objective {
  private final MethodParts parts;
  private final BankNce loss;
  private final SimilarityFunction similarity;
  private final MemoryBank bank;
  private final TensorScope constants = TensorScope.root();
  private final Tensor temperature;

  BankContrast(MethodParts parts) {
    this.parts = parts;
    this.loss = parts.recipe().getLoss().getBankNce();
    // Both sides have unit length.
    this.similarity = parts.similarity().onUnitRows();
    this.temperature = constants.scalar(loss.getTemperature());
    this.bank =
        new MemoryBank(
            parts.run().images(),
            parts.network().projectionSize(),
            parts.recipe().getTargets().getMemoryBank().getMomentum(),
            parts.run().seed());
  }

  @Override
  public Outcome run(Step step) {
    Tensor z = parts.norms().run(parts.network(), parts.parameters(), step.all());
    try (Tensor unit = z.normalizeRows()) {
      return new Outcome(loss.getNegatives() == 0 ? softmax(step, unit) : nce(step, unit), z);
    }
  }

  private Tensor softmax(Step step, Tensor unit) {
    try (Tensor similarities = similarity.matrix(unit, bank.all());
        Tensor own = own(step)) {
      return BankSoftmaxLoss.of(similarities, own, temperature);
    }
  }

  private Tensor nce(Step step, Tensor unit) {
    int n = step.size();
    int m = loss.getNegatives();
    long[] drawn = Arrays.stream(bank.draw(n * m, step.number())).asLongStream().toArray();
    try (Tensor own = own(step);
        Tensor ownRows = bank.lookup(own);
        Tensor key = ownRows.reshape(n, unit.size(1));
        Tensor positive = similarity.pairs(unit, key);
        Tensor indexes = step.scope().longs(drawn, n, m);
        Tensor rows = bank.lookup(indexes);
        Tensor transposed = rows.transpose(0, 2, 1);
        Tensor query = unit.reshape(n, 1, unit.size(1));
        Tensor products = query.bmm(transposed);
        Tensor noise = products.reshape(n, m)) {
      return NceLoss.of(
          positive, noise, loss.getTemperature(), normalizer(noise), parts.run().images());
    }
  }

  /** Estimated from the first batch and kept, as in the authors' code. */
  private double normalizer(Tensor noise) {
    if (bank.normalizer().isEmpty()) {
      bank.setNormalizer(
          NceLoss.normalizer(noise.toFloats(), loss.getTemperature(), parts.run().images()));
    }
    return bank.normalizer().orElseThrow();
  }

  private static Tensor own(Step step) {
    long[] images = Arrays.stream(step.images()).asLongStream().toArray();
    return step.scope().longs(images, images.length, 1);
  }

  @Override
  public void remember(Step step, Outcome outcome) {
    try (Tensor unit = outcome.z().normalizeRows()) {
      bank.update(step.images(), unit);
    }
  }

  @Override
  public List<Parameters> state() {
    return List.of(bank.state());
  }

  @Override
  public OptionalDouble chanceLoss(long epoch) {
    return OptionalDouble.of(
        loss.getNegatives() == 0
            ? BankSoftmaxLoss.chance(parts.run().images())
            : NceLoss.chance(loss.getNegatives()));
  }

  @Override
  public void close() {
    bank.close();
    constants.close();
  }
}
