package dev.parallax.trainer.worker;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code worker.json} in a job's directory: what the control plane decides for a job.
 *
 * @param job identifier of the job
 * @param repository root of the model repository
 * @param checkpointSeconds seconds between checkpoints, used where the job's spec says none
 */
record WorkerConfig(String job, String repository, int checkpointSeconds) {
  static WorkerConfig read(Path file) throws IOException {
    try {
      WorkerConfig config = new Gson().fromJson(Files.readString(file), WorkerConfig.class);
      if (config == null || config.job() == null || config.repository() == null) {
        throw new IOException(file + " lacks job or repository");
      }
      return config;
    } catch (JsonParseException e) {
      throw new IOException(file + " is not valid JSON: " + e.getMessage(), e);
    }
  }
}
