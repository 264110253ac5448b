package dev.parallax.trainer.worker;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.images.ImageDecoder;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.DatasetException;
import dev.parallax.images.dataset.Datasets;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.checkpoint.Checkpoints;
import dev.parallax.trainer.pretrain.Pretraining;
import dev.parallax.trainer.pretrain.Run;
import dev.parallax.trainer.pretrain.Trained;
import dev.parallax.trainer.pretrain.TrainingFailedException;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingSpec;
import dev.parallax.trainer.views.TrainingImages.TooManyCorruptImagesException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Runs one job: {@code WorkerMain <jobDirectory>}. Reads {@code job.json} and {@code worker.json},
 * goes on from the newest checkpoint in {@code checkpoints}, and tells what happens on standard
 * output. It stops at once when its standard input ends, because then nobody listens any more.
 */
public final class WorkerMain {
  private static final String CHECKPOINTS = "checkpoints";
  private static final long STACK_BYTES = 64L << 20;

  private WorkerMain() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: WorkerMain <jobDirectory>");
      System.exit(2);
    }
    // Libraries that print must not break the line protocol.
    var events = new EventLines(System.out);
    System.setOut(new PrintStream(System.err, true, java.nio.charset.StandardCharsets.UTF_8));
    stopWithParent();
    // ONNX Runtime and libtorch in one process overflow the megabyte of a default stack.
    Thread.ofPlatform()
        .name("training")
        .stackSize(STACK_BYTES)
        .start(() -> System.exit(run(Path.of(args[0]), events)));
  }

  private static int run(Path directory, EventLines events) {
    try {
      events.published(train(directory, events));
      return 0;
    } catch (TrainingFailedException
        | RequestException
        | DatasetException
        | TooManyCorruptImagesException e) {
      events.failed(e.getMessage());
    } catch (IOException e) {
      e.printStackTrace();
      events.failed(FileErrors.describe(e));
    } catch (OutOfMemoryError e) {
      // Of the Java heap, whose size is a setting.
      e.printStackTrace();
      events.failed(
          "the worker is out of memory ("
              + e.getMessage()
              + "); lower optimization.batch_size or raise parallax.trainer.worker-memory");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      events.failed("the worker was interrupted");
    } catch (Throwable e) {
      e.printStackTrace();
      events.failed(
          Torch.outOfMemory(e)
              ? "the machine is out of memory for tensors; lower optimization.batch_size"
              : "the worker stopped: " + e + "; details are in " + directory + "/worker.log");
    }
    return 1;
  }

  private static PublishedModel train(Path directory, EventLines events)
      throws IOException, InterruptedException {
    WorkerConfig config = WorkerConfig.read(directory.resolve("worker.json"));
    TrainingSpec spec = spec(directory.resolve("job.json"));
    int threads =
        spec.getThreads() > 0 ? spec.getThreads() : Runtime.getRuntime().availableProcessors();
    events.progress("starting the engine", 0, OptionalDouble.empty());
    Torch.start(threads);
    int checkpointSeconds =
        spec.getCheckpointSeconds() > 0 ? spec.getCheckpointSeconds() : config.checkpointSeconds();
    var models = new ModelRepository(Path.of(config.repository()));
    try (Dataset data = Datasets.open(spec.getData());
        Dataset monitor =
            Datasets.open(
                spec.getMonitorData().isEmpty() ? spec.getData() : spec.getMonitorData());
        PublishedModels published = PublishedModels.open(models, spec, threads);
        Trained trained =
            Pretraining.run(
                new Run(
                    spec,
                    data,
                    monitor,
                    ImageDecoder.withDefaultLimits(),
                    directory.resolve(CHECKPOINTS),
                    Duration.ofSeconds(checkpointSeconds),
                    threads,
                    Runtime.getRuntime().maxMemory() / 2,
                    published.initial(),
                    published.teacher(),
                    events))) {
      events.progress("exporting and checking the model", 1, OptionalDouble.empty());
      PublishedModel result = Publisher.publish(config, spec, data, trained, directory);
      Checkpoints.delete(directory.resolve(CHECKPOINTS));
      return result;
    }
  }

  private static TrainingSpec spec(Path file) throws IOException {
    var spec = TrainingSpec.newBuilder();
    try {
      JsonFormat.parser().merge(Files.readString(file), spec);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is not a training spec: " + e.getMessage(), e);
    }
    return spec.build();
  }

  private static void stopWithParent() {
    Thread.ofPlatform()
        .name("parent-watch")
        .daemon()
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // What the parent writes means nothing; that it still lives does.
                }
              } catch (IOException e) {
                // As good as the end of the stream.
              }
              Runtime.getRuntime().halt(1);
            });
  }
}
