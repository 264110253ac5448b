package dev.parallax.trainer.loss;

import dev.parallax.trainer.golden.Golden;
import dev.parallax.trainer.golden.GoldenNumbers;
import dev.parallax.trainer.similarity.SimilarityFunction;
import dev.parallax.trainer.targets.InBatchPairs;
import dev.parallax.trainer.torch.Tensor;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Similarity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A case of {@code losses.json}: a loss, what it is of, and what PyTorch says that it is. */
record GoldenLoss(Golden golden) {

  /** Values of an input or constant, row-major. */
  record Values(float[] numbers, long[] shape) {
    private static Values of(Golden golden) {
      long[] shape = golden.longs("shape");
      if (golden.keys().contains("values")) {
        return new Values(golden.floats("values"), shape);
      }
      int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
      float[] numbers = new GoldenNumbers(golden.string("stream")).uniforms(count);
      float scale = (float) golden.number("scale");
      for (int i = 0; i < count; i++) {
        numbers[i] *= scale;
      }
      return new Values(numbers, shape);
    }
  }

  static List<GoldenLoss> all() {
    return Golden.read("losses").cases().stream().map(GoldenLoss::new).toList();
  }

  /** What has a gradient. */
  Map<String, Values> inputs() {
    return values("inputs");
  }

  /** Whether finite differences in float32 can follow the loss. */
  boolean smooth() {
    return golden.bool("smooth");
  }

  double value() {
    return golden.number("value");
  }

  double[] gradient(String input) {
    return golden.get("gradients").doubles(input);
  }

  /**
   * The loss of ours.
   *
   * @param scope gets temperatures, labels and other constants
   * @param inputs tensors under the names of {@link #inputs}, whose scope gets the loss
   */
  Tensor evaluate(TensorScope scope, Map<String, Tensor> inputs) {
    return switch (golden.string("loss")) {
      case "nt_xent_queue" -> ntXentWithQueue(scope, inputs);
      case "info_nce" ->
          InfoNceLoss.of(inputs.get("positive"), inputs.get("negative"), temperature(scope));
      case "info_nce_matrix" ->
          InfoNceLoss.ofMatrix(inputs.get("similarities"), temperature(scope));
      case "bank_softmax" ->
          BankSoftmaxLoss.of(
              inputs.get("similarities"), column(scope, "indexes"), temperature(scope));
      case "nce" ->
          NceLoss.of(
              inputs.get("positive"),
              inputs.get("noise"),
              golden.number("temperature"),
              golden.number("normalizer"),
              golden.integer("bank"));
      case "instance_spreading" ->
          InstanceSpreadingLoss.of(
              inputs.get("anchors"), inputs.get("augmented"), temperature(scope));
      case "spreading_sides" ->
          InstanceSpreadingLoss.seenBy(inputs.get("rows"), inputs.get("seen"), temperature(scope));
      case "normalized_mse" ->
          RegressionLoss.normalizedMse(inputs.get("prediction"), inputs.get("target"));
      case "negative_cosine" ->
          RegressionLoss.negativeCosine(inputs.get("prediction"), inputs.get("target"));
      case "swapped_prediction" -> swappedPrediction(scope, inputs);
      case "row_prediction" ->
          RowPredictionLoss.of(startingWith("predictions", inputs), inputs.get("targets"));
      case "multi_scale" ->
          MultiScaleNceLoss.of(
              inputs.get("source"),
              inputs.get("map"),
              similarity(inputs),
              golden.number("penalty"));
      case "cross_entropy" -> CrossEntropyLoss.of(inputs.get("logits"), column(scope, "labels"));
      case "distillation" ->
          DistillationLoss.of(
              inputs.get("student"), constants(scope).get("teacher"), temperature(scope));
      case "similarity_matrix" ->
          meanSquare(similarity(inputs).matrix(inputs.get("a"), inputs.get("b")));
      case "similarity_pairs" ->
          meanSquare(similarity(inputs).pairs(inputs.get("a"), inputs.get("b")));
      default -> throw new IllegalArgumentException("there is no loss for " + golden);
    };
  }

  private Tensor ntXentWithQueue(TensorScope scope, Map<String, Tensor> inputs) {
    Tensor z = inputs.get("z");
    var cosine = SimilarityFunction.of(Similarity.SIMILARITY_COSINE, 0);
    try (Tensor similarities = cosine.self(z);
        Tensor queueSimilarities = cosine.matrix(z, inputs.get("queue"))) {
      return NtXentLoss.of(
          similarities,
          InBatchPairs.of(scope, Math.toIntExact(z.size(0) / 2), 2),
          temperature(scope),
          queueSimilarities);
    }
  }

  private static Tensor meanSquare(Tensor similarities) {
    try (similarities;
        Tensor squares = similarities.square()) {
      return squares.mean();
    }
  }

  private Tensor swappedPrediction(TensorScope scope, Map<String, Tensor> inputs) {
    Map<String, Tensor> all = constants(scope);
    all.putAll(inputs);
    return SwappedPredictionLoss.of(
        startingWith("scores", all),
        startingWith("assignments", all),
        IntStream.of(golden.integers("assigned")).boxed().toList(),
        temperature(scope));
  }

  private SimilarityFunction similarity(Map<String, Tensor> inputs) {
    double clip = golden.number("clip");
    return switch (golden.string("similarity")) {
      case "cosine" -> SimilarityFunction.of(Similarity.SIMILARITY_COSINE, clip);
      case "dot" -> SimilarityFunction.of(Similarity.SIMILARITY_DOT, clip);
      case "tanh" -> SimilarityFunction.of(Similarity.SIMILARITY_TANH_CLIPPED_DOT, clip);
      case "bilinear" -> SimilarityFunction.bilinear(inputs.get("weight"));
      default -> throw new IllegalArgumentException("there is no similarity for " + golden);
    };
  }

  private Tensor temperature(TensorScope scope) {
    return scope.scalar(golden.number("temperature"));
  }

  private Tensor column(TensorScope scope, String key) {
    long[] indexes = golden.longs(key);
    return scope.longs(indexes, indexes.length, 1);
  }

  private Map<String, Tensor> constants(TensorScope scope) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    values("constants").forEach((k, v) -> tensors.put(k, scope.floats(v.numbers(), v.shape())));
    return tensors;
  }

  private static List<Tensor> startingWith(String prefix, Map<String, Tensor> tensors) {
    return tensors.keySet().stream()
        .filter(k -> k.startsWith(prefix))
        .sorted()
        .map(tensors::get)
        .toList();
  }

  private Map<String, Values> values(String key) {
    Golden entries = golden.get(key);
    Map<String, Values> values = new LinkedHashMap<>();
    entries.keys().forEach(name -> values.put(name, Values.of(entries.get(name))));
    return values;
  }

  @Override
  public String toString() {
    String temperature =
        golden.keys().contains("temperature") ? ", T " + golden.number("temperature") : "";
    return golden.string("loss") + ", " + golden.string("title") + temperature;
  }
}
