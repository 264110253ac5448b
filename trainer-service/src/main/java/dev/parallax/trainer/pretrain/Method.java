package dev.parallax.trainer.pretrain;

import dev.parallax.trainer.encoder.Forward;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.extraction.ProjectionHead;
import dev.parallax.trainer.loss.NtXentLoss;
import dev.parallax.trainer.similarity.Similarities;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Recipe;

/** A recipe's composition, ready to run: encoder and extraction, similarity, loss and targets. */
public final class Method implements AutoCloseable {
  private final Recipe recipe;
  private final Network network;
  private final Parameters parameters;
  private final TensorScope constants = TensorScope.root();
  private final InBatchPairs pairs;
  private final Tensor temperature;

  /**
   * @param views views of each image in a batch
   */
  public Method(Recipe recipe, Network network, Parameters parameters, int images, int views) {
    this.recipe = recipe;
    this.network = network;
    this.parameters = parameters;
    this.pairs = InBatchPairs.of(constants, images, views);
    this.temperature = constants.scalar(recipe.getLoss().getNtXent().getTemperature());
  }

  /** The network that a recipe describes. */
  public static Network network(Recipe recipe) {
    int features = Network.features(recipe.getEncoder());
    var blocks = recipe.getExtraction().getProjectionList();
    return new Network(
        recipe.getViews().getImageSize(),
        Network.encoder(recipe.getEncoder()),
        features,
        ProjectionHead.build(features, blocks),
        ProjectionHead.size(features, blocks));
  }

  /**
   * What one batch gives.
   *
   * @param loss a scalar, nats
   * @param z projections of all views, {@code [views * images, d]}
   */
  public record Outcome(Tensor loss, Tensor z) {}

  /**
   * The loss of a batch.
   *
   * @param images {@code [views * images, 3, side, side]}, pixels of 0 to 255, ordered view by view
   */
  public Outcome run(Tensor images) {
    Tensor z = Forward.run(network.whole(), parameters, images, Forward.Mode.TRAINING);
    try (Tensor similarities = Similarities.matrix(recipe.getSimilarity(), z)) {
      Tensor loss =
          switch (recipe.getLoss().getKindCase()) {
            case NT_XENT -> NtXentLoss.of(similarities, pairs, temperature);
            default -> throw new IllegalArgumentException("loss is not set");
          };
      return new Outcome(loss, z);
    }
  }

  /** The loss of a method that tells nothing apart, nats. */
  public double chanceLoss() {
    return pairs.chanceLoss();
  }

  @Override
  public void close() {
    constants.close();
  }
}
