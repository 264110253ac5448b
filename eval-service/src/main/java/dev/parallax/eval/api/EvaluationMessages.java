package dev.parallax.eval.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.eval.evaluation.EvaluationOutcome;
import dev.parallax.eval.linear.LinearProbe;
import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.Gallery;
import dev.parallax.eval.v1.GalleryItem;
import dev.parallax.eval.v1.KnnResult;
import dev.parallax.eval.v1.LinearResult;
import dev.parallax.eval.v1.MapPoint;
import dev.parallax.eval.v1.Query;
import dev.parallax.eval.v1.TriedC;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobStatuses;

/** Jobs and outcomes as the contract shows them. */
final class EvaluationMessages {
  private EvaluationMessages() {}

  /** With everything. */
  static Evaluation full(Job job) {
    Evaluation.Builder evaluation =
        Evaluation.newBuilder().setId(job.id()).setSpec(spec(job)).setStatus(JobStatuses.of(job));
    if (job.state() == Job.State.SUCCEEDED) {
      evaluation.setResult(result(job));
    }
    return evaluation.build();
  }

  /** Without gallery and map. */
  static Evaluation brief(Job job) {
    Evaluation.Builder evaluation = full(job).toBuilder();
    if (evaluation.hasResult()) {
      evaluation.getResultBuilder().clearGallery().clearMap();
    }
    return evaluation.build();
  }

  static EvaluationSpec spec(Job job) {
    try {
      return EvaluationSpec.parseFrom(job.spec());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the stored spec of " + job.id() + " is damaged", e);
    }
  }

  private static EvaluationResult result(Job job) {
    try {
      return EvaluationResult.parseFrom(job.result());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the stored result of " + job.id() + " is damaged", e);
    }
  }

  static EvaluationResult of(EvaluationOutcome outcome) {
    EvaluationResult.Builder result =
        EvaluationResult.newBuilder()
            .setModel(outcome.model().name())
            .setVersion(outcome.model().version())
            .setModelSha256(outcome.model().sha256())
            .setEmbeddingSize(outcome.model().embeddingSize())
            .setTrain(of(outcome.train()))
            .setTest(of(outcome.test()))
            .addAllClasses(outcome.classes())
            .putAllSeconds(outcome.seconds());
    outcome.knn().map(EvaluationMessages::of).ifPresent(result::setKnn);
    outcome.linear().map(EvaluationMessages::of).ifPresent(result::setLinear);
    if (!outcome.gallery().isEmpty()) {
      Gallery.Builder gallery = Gallery.newBuilder();
      outcome.gallery().forEach(query -> gallery.addQueries(of(query)));
      result.setGallery(gallery);
    }
    outcome.map().map(EvaluationMessages::of).ifPresent(result::setMap);
    return result.build();
  }

  private static DatasetSummary of(EvaluationOutcome.Images images) {
    return DatasetSummary.newBuilder()
        .setUri(images.uri())
        .setImages(images.images())
        .setSkippedImages(images.skipped())
        .setClasses(images.classes())
        .setSha256(images.sha256())
        .setMajority(images.majority())
        .build();
  }

  private static KnnResult of(EvaluationOutcome.Knn knn) {
    return KnnResult.newBuilder()
        .setAccuracy(knn.accuracy())
        .setK(knn.k())
        .setTemperature(knn.temperature())
        .build();
  }

  private static LinearResult of(EvaluationOutcome.Linear linear) {
    LinearProbe.Probe probe = linear.probe();
    LinearResult.Builder result =
        LinearResult.newBuilder()
            .setAccuracy(linear.accuracy())
            .setC(probe.chosen().c())
            .setValidationAccuracy(probe.chosen().validationAccuracy())
            .setIterations(probe.iterations())
            .setConverged(probe.converged());
    probe
        .tried()
        .forEach(
            tried ->
                result.addTried(
                    TriedC.newBuilder()
                        .setC(tried.c())
                        .setValidationAccuracy(tried.validationAccuracy())));
    return result.build();
  }

  private static Query of(EvaluationOutcome.Query query) {
    Query.Builder message = Query.newBuilder().setImage(of(query.image()));
    query.neighbors().forEach(neighbor -> message.addNeighbors(of(neighbor)));
    return message.build();
  }

  private static GalleryItem of(EvaluationOutcome.Shown shown) {
    return GalleryItem.newBuilder()
        .setName(shown.name())
        .setLabel(shown.label())
        .setThumbnailPng(ByteString.copyFrom(shown.png()))
        .setSimilarity(shown.similarity())
        .build();
  }

  private static dev.parallax.eval.v1.Map of(EvaluationOutcome.EmbeddingMap map) {
    dev.parallax.eval.v1.Map.Builder message =
        dev.parallax.eval.v1.Map.newBuilder().setMethod(map.method());
    for (int i = 0; i < map.labels().length; i++) {
      message.addPoints(
          MapPoint.newBuilder().setX(map.x()[i]).setY(map.y()[i]).setLabel(map.labels()[i]));
    }
    return message.build();
  }
}
