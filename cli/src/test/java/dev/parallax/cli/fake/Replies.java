package dev.parallax.cli.fake;

import com.google.protobuf.Any;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;

/** What the fakes answer. */
final class Replies {
  private Replies() {}

  static <T> void answer(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }

  static StatusRuntimeException invalid(String field, String description) {
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.INVALID_ARGUMENT_VALUE)
            .setMessage("the request is not valid")
            .addDetails(
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(
                            BadRequest.FieldViolation.newBuilder()
                                .setField(field)
                                .setDescription(description))
                        .build()))
            .build());
  }

  static StatusRuntimeException notFound(String what) {
    return io.grpc.Status.NOT_FOUND.withDescription(what + " does not exist").asRuntimeException();
  }

  static JobStatus status(JobState state, String activity, double progress) {
    JobStatus.Builder status =
        JobStatus.newBuilder()
            .setState(state)
            .setActivity(activity)
            .setProgress(progress)
            .setCreateTime(Timestamps.fromSeconds(1_700_000_000));
    if (state == JobState.JOB_STATE_SUCCEEDED) {
      status
          .setStartTime(Timestamps.fromSeconds(1_700_000_010))
          .setEndTime(Timestamps.fromMillis(1_700_000_022_500L));
    }
    return status.build();
  }
}
