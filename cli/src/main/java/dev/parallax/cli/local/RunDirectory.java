package dev.parallax.cli.local;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.parallax.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Which services run, one file each.
 *
 * @param path made when the first record is written
 */
public record RunDirectory(Path path) {
  private static final Gson GSON = new Gson();

  /** The record of a service whose process is still there. */
  public Optional<RunRecord> running(Service service) {
    return read(service).filter(RunRecord::running);
  }

  Optional<RunRecord> read(Service service) {
    Path file = file(service);
    try {
      JsonObject json = GSON.fromJson(Files.readString(file), JsonObject.class);
      return Optional.of(
          new RunRecord(
              service,
              json.get("pid").getAsLong(),
              Instant.parse(json.get("started").getAsString()),
              new Ports(json.get("grpc_port").getAsInt(), json.get("http_port").getAsInt())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw CliException.failure(file + " cannot be read: " + e.getMessage(), e);
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | UnsupportedOperationException
        | DateTimeException e) {
      throw CliException.failure(
          file
              + " is damaged; delete it, and end the "
              + service.title()
              + " by hand if it still runs",
          e);
    }
  }

  void write(RunRecord record) {
    JsonObject json = new JsonObject();
    json.addProperty("pid", record.pid());
    json.addProperty("started", record.started().toString());
    json.addProperty("grpc_port", record.ports().grpc());
    json.addProperty("http_port", record.ports().http());
    try {
      Files.createDirectories(path);
      Path aside = path.resolve(record.service().key() + ".new");
      Files.writeString(aside, GSON.toJson(json) + "\n");
      Files.move(
          aside,
          file(record.service()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CliException.failure(path + " cannot be written to: " + e.getMessage(), e);
    }
  }

  void delete(Service service) {
    try {
      Files.deleteIfExists(file(service));
    } catch (IOException e) {
      throw CliException.failure(file(service) + " cannot be deleted: " + e.getMessage(), e);
    }
  }

  private Path file(Service service) {
    return path.resolve(service.key() + ".json");
  }
}
