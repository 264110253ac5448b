package dev.parallax.cli.recipe;

import dev.parallax.cli.CliException;
import dev.parallax.cli.client.Trainer;
import dev.parallax.trainer.v1.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Recipes as users name them: built in, by their method, or in a file of their own. */
public final class RecipeSource {
  private static final int MAX_BYTES = 64 << 10;

  private RecipeSource() {}

  /**
   * @param option what the user wrote it behind
   * @param name a {@code .yaml} or {@code .yml} file, a recipe, a method, or any other file
   * @throws CliException that names the file and the path in it, or the recipes there are
   */
  public static Recipe find(Trainer trainer, String option, String name, Path workingDirectory) {
    if (isYaml(name)) {
      return read(trainer, option, name, workingDirectory);
    }
    return trainer
        .findRecipe(name)
        .orElseGet(
            () -> {
              if (isFile(name, workingDirectory)) {
                return read(trainer, option, name, workingDirectory);
              }
              throw CliException.usage(
                  option, name, String.join(", ", trainer.recipeNames()) + ", or a .yaml file");
            });
  }

  /** What the recipe is called in names of models: that of a file is the file's. */
  public static String shortName(String name) {
    return isYaml(name) || name.indexOf('/') >= 0
        ? name.replaceFirst("^.*[/\\\\]", "").replaceFirst("\\.[A-Za-z]+$", "")
        : name;
  }

  private static boolean isYaml(String name) {
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static boolean isFile(String name, Path workingDirectory) {
    try {
      return Files.isRegularFile(workingDirectory.resolve(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Recipe read(Trainer trainer, String option, String name, Path workingDirectory) {
    try {
      return trainer.parseRecipe(name, text(option, name, workingDirectory.resolve(name)));
    } catch (InvalidPathException e) {
      throw CliException.usage(option, name, "a path that this system can have");
    }
  }

  private static String text(String option, String name, Path file) {
    if (!Files.exists(file)) {
      throw CliException.usage(option + " is " + name + ", and there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw CliException.usage(option, name, "a file; this is none");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw CliException.usage(
            option + " is " + name + ", a file of more than 64 KiB; allowed: at most 64 KiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CliException.usage(option, name, "a text in UTF-8");
    } catch (IOException e) {
      throw CliException.failure(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
