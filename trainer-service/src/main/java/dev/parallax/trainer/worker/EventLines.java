package dev.parallax.trainer.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.trainer.pretrain.TrainingEvents;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.WorkerEvent;
import dev.parallax.trainer.v1.WorkerProgress;
import java.io.PrintStream;
import java.util.OptionalDouble;

/** Writes events for the control plane, one JSON object a line. */
final class EventLines implements TrainingEvents {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private final PrintStream out;

  EventLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void progress(String activity, double fraction, OptionalDouble etaSeconds) {
    var progress = WorkerProgress.newBuilder().setActivity(activity).setProgress(fraction);
    etaSeconds.ifPresent(progress::setEtaSeconds);
    write(WorkerEvent.newBuilder().setProgress(progress).build());
  }

  @Override
  public void point(TrainingPoint point) {
    write(WorkerEvent.newBuilder().setPoint(point).build());
  }

  @Override
  public void warning(String message) {
    write(WorkerEvent.newBuilder().setWarning(message).build());
  }

  void published(PublishedModel model) {
    write(WorkerEvent.newBuilder().setPublished(model).build());
  }

  void failed(String message) {
    write(WorkerEvent.newBuilder().setFailed(message).build());
  }

  private synchronized void write(WorkerEvent event) {
    try {
      out.println(JSON.print(event));
      out.flush();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an event could not be written as JSON", e);
    }
  }
}
