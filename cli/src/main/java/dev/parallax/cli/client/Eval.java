package dev.parallax.cli.client;

import dev.parallax.cli.CliException;
import dev.parallax.eval.v1.CancelEvaluationRequest;
import dev.parallax.eval.v1.CreateEvaluationRequest;
import dev.parallax.eval.v1.EvalServiceGrpc;
import dev.parallax.eval.v1.EvalServiceGrpc.EvalServiceBlockingStub;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.GetEvaluationRequest;
import dev.parallax.eval.v1.ListEvaluationsRequest;
import dev.parallax.eval.v1.ListEvaluationsResponse;
import dev.parallax.eval.v1.WatchEvaluationRequest;
import dev.parallax.eval.v1.WatchEvaluationResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The eval service. Every method throws {@link CliException}. */
public final class Eval implements AutoCloseable {
  private static final int PAGE = 200;

  private final Peer peer;
  private final EvalServiceBlockingStub stub;

  public Eval(Peer peer) {
    this.peer = peer;
    this.stub = EvalServiceGrpc.newBlockingStub(peer.channel());
  }

  /** Submits an evaluation; safe to repeat. */
  public Evaluation create(EvaluationSpec spec) {
    return create(spec, UUID.randomUUID().toString());
  }

  /**
   * Submits an evaluation, or finds the one that was submitted under the same id.
   *
   * @param requestId at most 64 characters
   */
  public Evaluation create(EvaluationSpec spec, String requestId) {
    CreateEvaluationRequest request =
        CreateEvaluationRequest.newBuilder().setSpec(spec).setRequestId(requestId).build();
    return peer.call(() -> stub.createEvaluation(request));
  }

  /** With gallery and map. */
  public Evaluation get(String id) {
    return peer.call(() -> stub.getEvaluation(GetEvaluationRequest.newBuilder().setId(id).build()));
  }

  /** With gallery and map; empty when there is no such evaluation. */
  public Optional<Evaluation> find(String id) {
    return peer.find(() -> stub.getEvaluation(GetEvaluationRequest.newBuilder().setId(id).build()));
  }

  /** The newest {@code max}, without gallery and map. */
  public List<Evaluation> list(int max) {
    List<Evaluation> evaluations = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      ListEvaluationsResponse page =
          peer.call(
              () ->
                  stub.listEvaluations(
                      ListEvaluationsRequest.newBuilder()
                          .setPageSize(Math.min(PAGE, max - evaluations.size()))
                          .setPageToken(from)
                          .build()));
      evaluations.addAll(page.getEvaluationsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty() && evaluations.size() < max);
    return evaluations;
  }

  public Evaluation cancel(String id) {
    return peer.call(
        () -> stub.cancelEvaluation(CancelEvaluationRequest.newBuilder().setId(id).build()));
  }

  /**
   * Waits for the end of an evaluation.
   *
   * @return with gallery and map
   */
  public Evaluation follow(String id, Consumer<Evaluation> seen) {
    WatchEvaluationRequest request = WatchEvaluationRequest.newBuilder().setId(id).build();
    Follower.follow(
        peer,
        () -> stub.watchEvaluation(request),
        response -> seen.accept(response.getEvaluation()),
        (WatchEvaluationResponse response) -> Jobs.ended(response.getEvaluation().getStatus()));
    return get(id);
  }

  @Override
  public void close() {
    peer.close();
  }
}
