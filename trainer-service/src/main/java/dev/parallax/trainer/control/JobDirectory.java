package dev.parallax.trainer.control;

import com.google.gson.JsonObject;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a worker finds: job.json (TrainingSpec as protobuf JSON) and worker.json. Checkpoints of a
 * former attempt stay.
 *
 * @param path absolute
 */
record JobDirectory(Path path) {

  /** Writes both files; each is whole or absent whenever the machine stops. */
  static JobDirectory prepare(
      Path jobs, String jobId, TrainingSpec spec, Path repository, int checkpointSeconds)
      throws IOException {
    Path directory = Files.createDirectories(jobs.toAbsolutePath().resolve(jobId));
    JsonObject worker = new JsonObject();
    worker.addProperty("job", jobId);
    worker.addProperty("repository", repository.toAbsolutePath().toString());
    worker.addProperty("checkpointSeconds", checkpointSeconds);
    write(directory.resolve("job.json"), JsonFormat.printer().print(spec));
    write(directory.resolve("worker.json"), worker.toString());
    return new JobDirectory(directory);
  }

  private static void write(Path file, String text) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(aside, text);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
