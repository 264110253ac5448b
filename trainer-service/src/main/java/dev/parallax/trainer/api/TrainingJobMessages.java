package dev.parallax.trainer.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.platform.jobs.Job;
import dev.parallax.platform.jobs.JobStatuses;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingJob;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.TrainingSpec;
import java.util.List;

/** Jobs as the contract shows them. */
final class TrainingJobMessages {
  private TrainingJobMessages() {}

  static TrainingJob of(Job job, List<TrainingPoint> points) {
    try {
      TrainingJob.Builder message =
          TrainingJob.newBuilder()
              .setId(job.id())
              .setSpec(TrainingSpec.parseFrom(job.spec()))
              .setStatus(JobStatuses.of(job))
              .addAllPoints(points);
      if (job.state() == Job.State.SUCCEEDED) {
        message.setResult(PublishedModel.parseFrom(job.result()));
      }
      return message.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what is stored of job " + job.id() + " does not parse", e);
    }
  }
}
