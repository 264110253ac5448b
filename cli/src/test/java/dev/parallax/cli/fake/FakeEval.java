package dev.parallax.cli.fake;

import dev.parallax.eval.v1.CreateEvaluationRequest;
import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.EvalServiceGrpc;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.Gallery;
import dev.parallax.eval.v1.GetEvaluationRequest;
import dev.parallax.eval.v1.KnnResult;
import dev.parallax.eval.v1.LinearResult;
import dev.parallax.eval.v1.ListEvaluationsRequest;
import dev.parallax.eval.v1.ListEvaluationsResponse;
import dev.parallax.eval.v1.WatchEvaluationRequest;
import dev.parallax.eval.v1.WatchEvaluationResponse;
import dev.parallax.job.v1.JobState;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * An eval service that knows its results beforehand; a linear probe has 10 points more than kNN, a
 * projection 10 points fewer than the embedding.
 */
public final class FakeEval extends EvalServiceGrpc.EvalServiceImplBase {
  private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();
  private final Map<String, String> requests = new HashMap<>();
  private final ToDoubleFunction<String> accuracy;

  /** 30 % for random encoders, 60 % for others. */
  public FakeEval() {
    this(model -> model.endsWith("-random") ? 0.3 : 0.6);
  }

  /**
   * @param accuracy of kNN by the name of the model; NaN: the evaluation fails
   */
  public FakeEval(ToDoubleFunction<String> accuracy) {
    this.accuracy = accuracy;
  }

  /** Evaluations so far. */
  public synchronized int count() {
    return evaluations.size();
  }

  @Override
  public synchronized void createEvaluation(
      CreateEvaluationRequest request, StreamObserver<Evaluation> observer) {
    EvaluationSpec spec = request.getSpec();
    String known = requests.get(request.getRequestId());
    if (known != null) {
      Replies.answer(observer, evaluations.get(known));
      return;
    }
    double h = accuracy.applyAsDouble(spec.getModel());
    double right = spec.getOutput().equals("projection") ? h - 0.1 : h;
    EvaluationResult.Builder result =
        EvaluationResult.newBuilder()
            .setModel(spec.getModel())
            .setVersion(Math.max(1, spec.getVersion()))
            .setTrain(DatasetSummary.newBuilder().setUri(spec.getTrainData()).setImages(100))
            .setTest(DatasetSummary.newBuilder().setUri(spec.getTestData()).setImages(50))
            .addClasses("cat")
            .addClasses("dog")
            .setGallery(Gallery.getDefaultInstance());
    if (spec.hasKnn()) {
      result.setKnn(KnnResult.newBuilder().setAccuracy(right).setK(10).setTemperature(0.1));
    }
    if (spec.hasLinear()) {
      result.setLinear(LinearResult.newBuilder().setAccuracy(right + 0.1).setC(1));
    }
    String id = "e" + (evaluations.size() + 1);
    requests.put(request.getRequestId(), id);
    Evaluation.Builder measured = Evaluation.newBuilder().setId(id).setSpec(spec);
    if (Double.isNaN(right)) {
      measured.setStatus(
          Replies.status(JobState.JOB_STATE_FAILED, "", 0.5).toBuilder()
              .setError("the embedding service is gone"));
    } else {
      measured.setStatus(Replies.status(JobState.JOB_STATE_SUCCEEDED, "done", 1)).setResult(result);
    }
    Evaluation evaluation = measured.build();
    evaluations.put(id, evaluation);
    Replies.answer(
        observer,
        evaluation.toBuilder()
            .clearResult()
            .setStatus(Replies.status(JobState.JOB_STATE_QUEUED, "", 0))
            .build());
  }

  @Override
  public synchronized void getEvaluation(
      GetEvaluationRequest request, StreamObserver<Evaluation> observer) {
    Evaluation evaluation = evaluations.get(request.getId());
    if (evaluation == null) {
      observer.onError(Replies.notFound("evaluation " + request.getId()));
    } else {
      Replies.answer(observer, evaluation);
    }
  }

  @Override
  public synchronized void listEvaluations(
      ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> observer) {
    Replies.answer(
        observer,
        ListEvaluationsResponse.newBuilder().addAllEvaluations(evaluations.values()).build());
  }

  @Override
  public synchronized void watchEvaluation(
      WatchEvaluationRequest request, StreamObserver<WatchEvaluationResponse> observer) {
    Replies.answer(
        observer,
        WatchEvaluationResponse.newBuilder()
            .setEvaluation(evaluations.get(request.getId()))
            .build());
  }
}
