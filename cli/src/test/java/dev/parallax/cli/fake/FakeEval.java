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
import java.util.LinkedHashMap;
import java.util.Map;

/** An eval service that knows its results beforehand: 30 % for random encoders, 60 % for others. */
public final class FakeEval extends EvalServiceGrpc.EvalServiceImplBase {
  private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();

  @Override
  public synchronized void createEvaluation(
      CreateEvaluationRequest request, StreamObserver<Evaluation> observer) {
    EvaluationSpec spec = request.getSpec();
    double accuracy = spec.getModel().endsWith("-random") ? 0.3 : 0.6;
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
      result.setKnn(KnnResult.newBuilder().setAccuracy(accuracy).setK(10).setTemperature(0.1));
    }
    if (spec.hasLinear()) {
      result.setLinear(LinearResult.newBuilder().setAccuracy(accuracy + 0.1).setC(1));
    }
    String id = "e" + (evaluations.size() + 1);
    Evaluation evaluation =
        Evaluation.newBuilder()
            .setId(id)
            .setSpec(spec)
            .setStatus(Replies.status(JobState.JOB_STATE_SUCCEEDED, "done", 1))
            .setResult(result)
            .build();
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
