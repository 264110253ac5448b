package dev.parallax.eval.api;

import static dev.parallax.platform.grpc.Answering.answer;

import dev.parallax.eval.v1.CancelEvaluationRequest;
import dev.parallax.eval.v1.CreateEvaluationRequest;
import dev.parallax.eval.v1.EvalServiceGrpc;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.GetEvaluationRequest;
import dev.parallax.eval.v1.ListEvaluationsRequest;
import dev.parallax.eval.v1.ListEvaluationsResponse;
import dev.parallax.eval.v1.WatchEvaluationRequest;
import dev.parallax.eval.v1.WatchEvaluationResponse;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.grpc.JobStream;
import dev.parallax.platform.grpc.Statuses;
import dev.parallax.platform.jobs.Page;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;

/** The contract. Calls read data and the database, so none of them runs on an event loop. */
@GrpcService
@Blocking
public class EvalGrpc extends EvalServiceGrpc.EvalServiceImplBase {
  private final Evaluations evaluations;

  EvalGrpc(Evaluations evaluations) {
    this.evaluations = evaluations;
  }

  @Override
  public void createEvaluation(
      CreateEvaluationRequest request, StreamObserver<Evaluation> observer) {
    answer(
        observer,
        () ->
            EvaluationMessages.brief(
                evaluations.create(request.getRequestId(), request.getSpec())));
  }

  @Override
  public void getEvaluation(GetEvaluationRequest request, StreamObserver<Evaluation> observer) {
    answer(observer, () -> EvaluationMessages.full(evaluations.queue().get(id(request.getId()))));
  }

  @Override
  public void listEvaluations(
      ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> observer) {
    answer(
        observer,
        () -> {
          Page page = evaluations.queue().list(request.getPageSize(), request.getPageToken());
          ListEvaluationsResponse.Builder response =
              ListEvaluationsResponse.newBuilder().setNextPageToken(page.nextPageToken());
          page.jobs().forEach(job -> response.addEvaluations(EvaluationMessages.brief(job)));
          return response.build();
        });
  }

  @Override
  public void cancelEvaluation(
      CancelEvaluationRequest request, StreamObserver<Evaluation> observer) {
    answer(
        observer, () -> EvaluationMessages.brief(evaluations.queue().cancel(id(request.getId()))));
  }

  @Override
  public void watchEvaluation(
      WatchEvaluationRequest request, StreamObserver<WatchEvaluationResponse> observer) {
    try {
      new JobStream<>(
              (ServerCallStreamObserver<WatchEvaluationResponse>) observer,
              job ->
                  WatchEvaluationResponse.newBuilder()
                      .setEvaluation(EvaluationMessages.brief(job))
                      .build(),
              "the eval service is stopping; the evaluation goes on when it runs again")
          .open(evaluations.queue()::watch, id(request.getId()));
    } catch (RuntimeException e) {
      observer.onError(Statuses.of(e));
    }
  }

  private static String id(String id) {
    if (id.isBlank() || id.length() > 64) {
      throw RequestException.invalid("id", id, "the id of an evaluation, at most 64 characters");
    }
    return id;
  }
}
