package dev.parallax.trainer.checkpoint;

import dev.parallax.trainer.torch.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Checkpoints of one run: {@code step-<n>.safetensors} with weights under torchvision's names and
 * optimiser state beside them. The newest two are kept; each is written aside, forced to disk and
 * renamed.
 */
public final class Checkpoints {
  private static final int KEPT = 2;
  private static final String SUFFIX = ".safetensors";
  private static final String NAME = "step-\\d{12}\\.safetensors";
  private static final String CONFIGURATION = "configuration";

  private final Path directory;
  private final String configuration;

  /**
   * @param configuration identifies what is trained; a checkpoint of something else is refused
   */
  public Checkpoints(Path directory, String configuration) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.configuration = configuration;
    // What a process that was killed had begun to write.
    for (Path partial : list(directory, NAME + "\\.partial")) {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Writes a checkpoint; on failure the ones before it stay as they are. Later ones, which belong
   * to a run that was passed over, are removed.
   *
   * @throws ArithmeticException when a tensor holds a value that is no number; nothing is written
   */
  public void save(Progress progress, List<Parameters> state) throws IOException {
    SequencedMap<String, Parameters> owners = new LinkedHashMap<>();
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    for (Parameters parameters : state) {
      for (String name : parameters.names()) {
        owners.put(name, parameters);
        shapes.put(name, parameters.get(name).shape());
      }
    }
    Map<String, String> metadata = progress.toMetadata();
    metadata.put(CONFIGURATION, configuration);
    Position position = progress.position();
    Path file = directory.resolve(String.format("step-%012d%s", position.step(), SUFFIX));
    Path aside = directory.resolve(file.getFileName() + ".partial");
    try {
      Safetensors.write(
          aside,
          metadata,
          shapes,
          (name, from, to) -> finite(name, owners.get(name).values(name, from, to)));
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
    for (Path later : newestFirst()) {
      if (later.compareTo(file) > 0) {
        Files.deleteIfExists(later);
      }
    }
    for (Path old : newestFirst().stream().skip(KEPT).toList()) {
      Files.deleteIfExists(old);
    }
  }

  /** Removes all checkpoints of a run that has published its model. */
  public static void delete(Path directory) throws IOException {
    for (Path file : list(directory, NAME + "(\\.partial)?")) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(directory);
  }

  /**
   * Loads the newest checkpoint that is whole and fits into {@code state}; one that is not changes
   * nothing.
   *
   * @param warnings hears of checkpoints that had to be passed over
   * @return where to go on; empty when there is no checkpoint
   */
  public Optional<Progress> restore(List<Parameters> state, Consumer<String> warnings)
      throws IOException {
    for (Path file : newestFirst()) {
      Progress progress;
      try (Safetensors checkpoint = Safetensors.open(file)) {
        progress = checked(checkpoint, state, file);
      } catch (IOException | RuntimeException e) {
        warnings.accept("passed over checkpoint " + file.getFileName() + ": " + e.getMessage());
        continue;
      }
      load(file, state);
      return Optional.of(progress);
    }
    return Optional.empty();
  }

  private Progress checked(Safetensors checkpoint, List<Parameters> state, Path file)
      throws IOException {
    if (!configuration.equals(checkpoint.metadata().get(CONFIGURATION))) {
      throw new IOException(file + " belongs to a run with other settings");
    }
    for (Parameters parameters : state) {
      for (String name : parameters.names()) {
        checkpoint.require(name, parameters.get(name).shape());
      }
    }
    return Progress.of(checkpoint.metadata());
  }

  private static void load(Path file, List<Parameters> state) throws IOException {
    try (Safetensors checkpoint = Safetensors.open(file)) {
      for (Parameters parameters : state) {
        for (String name : parameters.names()) {
          checkpoint.read(name, parameters::set);
        }
      }
    }
  }

  private static float[] finite(String name, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ArithmeticException(name + " is " + value);
      }
    }
    return values;
  }

  private List<Path> newestFirst() throws IOException {
    return list(directory, NAME);
  }

  private static List<Path> list(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.getFileName().toString().matches(name))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }
}
