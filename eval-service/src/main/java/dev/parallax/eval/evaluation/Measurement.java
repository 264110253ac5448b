package dev.parallax.eval.evaluation;

import static java.util.Objects.requireNonNull;

import dev.parallax.eval.data.EvaluationData;
import dev.parallax.eval.data.ImageSet;
import dev.parallax.eval.embeddings.Accuracy;
import dev.parallax.eval.embeddings.BalancedRows;
import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.evaluation.EvaluationOutcome.EmbeddingMap;
import dev.parallax.eval.evaluation.EvaluationOutcome.Query;
import dev.parallax.eval.features.FeatureSource;
import dev.parallax.eval.features.ServedModel;
import dev.parallax.eval.knn.KnnClassifier;
import dev.parallax.eval.knn.WeightedVote;
import dev.parallax.eval.linear.LinearProbe;
import dev.parallax.eval.parallel.Cores;
import dev.parallax.eval.parallel.Progress;
import dev.parallax.eval.tsne.Layout;
import dev.parallax.eval.tsne.Tsne;
import dev.parallax.platform.errors.RequestException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Carries out evaluations: pins the model's version, gets the features of both sets once, and
 * measures on them.
 */
public final class Measurement {
  private static final double PERPLEXITY = 30;

  /** Shares of the progress bar; fetching features is nearly all of the work. */
  private static final double FEATURES = 10;

  private static final double MEASURE = 1;
  private static final double FIT = 2;

  private final FeatureSource source;
  private final Cores cores;

  public Measurement(FeatureSource source, Cores cores) {
    this.source = requireNonNull(source, "source is null");
    this.cores = requireNonNull(cores, "cores is null");
  }

  /**
   * @throws RequestException with one line for the user, when data, model or service do not allow
   *     it
   * @throws InterruptedException when the calling thread is interrupted
   */
  public EvaluationOutcome run(EvaluationPlan plan, EvaluationListener listener)
      throws InterruptedException {
    listener.activity("opening the data");
    try (EvaluationData data =
        EvaluationData.open(
            plan.trainData(),
            plan.testData(),
            plan.maxTrainImages(),
            plan.maxTestImages(),
            plan.seed())) {
      return run(plan, data, listener);
    }
  }

  private EvaluationOutcome run(
      EvaluationPlan plan, EvaluationData data, EvaluationListener listener)
      throws InterruptedException {
    ServedModel model = source.find(plan.model(), plan.version(), plan.output());
    source.checkSize("spec.max_train_images", data.train().count(), model);
    source.checkSize("spec.max_test_images", data.test().count(), model);
    Stages stages = new Stages(listener, total(plan));
    double share = (double) data.train().count() / (data.train().count() + data.test().count());
    MeasuredSet train = fetch(model, data.train(), "training", FEATURES * share, stages, listener);
    MeasuredSet test = fetch(model, data.test(), "test", FEATURES * (1 - share), stages, listener);
    if (train.summary().sha256().equals(test.summary().sha256())) {
      listener.warn(
          "spec.test_data holds the very images of spec.train_data, so the accuracies say nothing; measure"
              + " on images that were held out");
    }
    Optional<EvaluationOutcome.Knn> knn = knn(plan, train, test, stages, listener);
    Optional<EvaluationOutcome.Linear> linear = linear(plan, train, test, stages, listener);
    List<Query> gallery = gallery(plan, train, test, stages, listener);
    Optional<EmbeddingMap> map = map(plan, test, stages);
    return new EvaluationOutcome(
        model,
        train.summary(),
        test.summary(),
        data.classes(),
        knn,
        linear,
        gallery,
        map,
        stages.seconds());
  }

  private static double total(EvaluationPlan plan) {
    return FEATURES
        + (plan.knn().isPresent() ? MEASURE : 0)
        + (plan.linear().isPresent() ? FIT : 0)
        + (plan.gallery().isPresent() ? MEASURE : 0)
        + (plan.mapPoints().isPresent() ? MEASURE : 0);
  }

  private MeasuredSet fetch(
      ServedModel model,
      ImageSet set,
      String name,
      double weight,
      Stages stages,
      EvaluationListener listener)
      throws InterruptedException {
    return stages.run(
        "features",
        "embedding %d %s images with %s".formatted(set.count(), name, model),
        weight,
        progress -> MeasuredSet.of(set, source.fetch(model, set, cores, progress, listener::warn)));
  }

  private Optional<EvaluationOutcome.Knn> knn(
      EvaluationPlan plan,
      MeasuredSet train,
      MeasuredSet test,
      Stages stages,
      EvaluationListener listener)
      throws InterruptedException {
    if (plan.knn().isEmpty()) {
      return Optional.empty();
    }
    EvaluationPlan.Knn protocol = plan.knn().get();
    int k = protocol.kFor(train.data().count());
    if (protocol.k() != 0 && k != protocol.k()) {
      listener.warn(
          "kNN uses k %d instead of %d, because only that many training images have an embedding"
              .formatted(k, protocol.k()));
    }
    int[] predicted =
        stages.run(
            "knn",
            "classifying by %d nearest neighbours".formatted(k),
            MEASURE,
            progress ->
                new KnnClassifier(k, new WeightedVote(protocol.temperature()))
                    .predict(train.data(), test.data().embeddings(), cores, progress));
    return Optional.of(
        new EvaluationOutcome.Knn(
            Accuracy.of(predicted, test.data().labels()), k, protocol.temperature()));
  }

  private Optional<EvaluationOutcome.Linear> linear(
      EvaluationPlan plan,
      MeasuredSet train,
      MeasuredSet test,
      Stages stages,
      EvaluationListener listener)
      throws InterruptedException {
    if (plan.linear().isEmpty()) {
      return Optional.empty();
    }
    EvaluationPlan.Linear protocol = plan.linear().get();
    LinearProbe.Probe probe =
        stages.run(
            "linear",
            "fitting the linear probe for %d values of C".formatted(protocol.cs().size()),
            FIT,
            progress ->
                new LinearProbe(protocol.cs(), protocol.maxIterations(), plan.seed())
                    .fit(train.data(), cores, progress));
    if (!probe.converged()) {
      listener.warn(
          "the linear probe did not converge in %d iterations; raise spec.linear.max_iterations"
              .formatted(probe.iterations()));
    }
    if (probe.atEdge()) {
      listener.warn(
          "the best C, %s, lies at the edge of what was tried; a wider spec.linear.c may do better"
              .formatted(probe.chosen().c()));
    }
    int[] predicted = probe.model().predict(test.data().embeddings());
    return Optional.of(
        new EvaluationOutcome.Linear(Accuracy.of(predicted, test.data().labels()), probe));
  }

  private List<Query> gallery(
      EvaluationPlan plan,
      MeasuredSet train,
      MeasuredSet test,
      Stages stages,
      EvaluationListener listener)
      throws InterruptedException {
    if (plan.gallery().isEmpty()) {
      return List.of();
    }
    return stages.run(
        "gallery",
        "collecting neighbours to look at",
        MEASURE,
        progress ->
            new NeighborGallery(train, test, listener)
                .queries(plan.gallery().get(), plan.seed(), cores, progress));
  }

  private Optional<EmbeddingMap> map(EvaluationPlan plan, MeasuredSet test, Stages stages)
      throws InterruptedException {
    if (plan.mapPoints().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        stages.run(
            "map",
            "drawing the map",
            MEASURE,
            progress -> map(test.data(), plan.mapPoints().getAsInt(), plan.seed(), progress)));
  }

  private EmbeddingMap map(LabelledEmbeddings test, int points, long seed, Progress progress)
      throws InterruptedException {
    LabelledEmbeddings drawn =
        test.rows(BalancedRows.draw(test.labels(), test.classes(), points, seed));
    Embeddings embeddings = drawn.embeddings();
    Tsne tsne = new Tsne(PERPLEXITY);
    Layout layout = tsne.layOut(embeddings, cores, progress);
    String method =
        String.format(
            Locale.ROOT,
            "t-SNE of L2-normalised embeddings, perplexity %.3g, %d iterations, PCA initialisation, KL divergence %.4g",
            tsne.perplexityFor(embeddings.count()),
            Tsne.ITERATIONS,
            layout.klDivergence());
    return new EmbeddingMap(method, layout.x(), layout.y(), drawn.labels());
  }
}
