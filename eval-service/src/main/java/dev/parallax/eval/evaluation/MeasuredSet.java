package dev.parallax.eval.evaluation;

import dev.parallax.eval.data.ImageSet;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import dev.parallax.eval.features.FeatureSource;
import java.util.Arrays;

/** A set with its features. */
record MeasuredSet(ImageSet set, FeatureSource.Fetched fetched, LabelledEmbeddings data) {

  static MeasuredSet of(ImageSet set, FeatureSource.Fetched fetched) {
    int[] labels =
        Arrays.stream(fetched.features().positions()).map(p -> set.labels()[p]).toArray();
    return new MeasuredSet(
        set,
        fetched,
        new LabelledEmbeddings(fetched.features().embeddings(), labels, set.classes()));
  }

  /** Index in the dataset of the image in {@code row}. */
  int item(int row) {
    return set.items()[fetched.features().positions()[row]];
  }

  EvaluationOutcome.Images summary() {
    return new EvaluationOutcome.Images(
        set.dataset().uri(),
        data.count(),
        fetched.features().skipped().size(),
        set.occurringClasses(),
        fetched.sha256(),
        set.majority());
  }
}
