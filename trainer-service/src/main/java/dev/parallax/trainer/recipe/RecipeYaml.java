package dev.parallax.trainer.recipe;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.v1.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Recipes as YAML: fields by their names in {@code recipe.proto}, in snake_case or camelCase; enums
 * by their full name or its last part; of parts that exclude one another the name of the chosen one
 * ({@code loss: {nt_xent: {temperature: 0.2}}}), an empty part as <code>{}</code> or null.
 *
 * <p>What a scalar means is read off the field that it is for, not off YAML's own guesses: {@code
 * 1e-4} is a number, {@code on} a truth value only where one is asked for, {@code 010} is ten.
 */
public final class RecipeYaml {
  /** Characters of a document, at most. */
  public static final int MAX_CHARS = 65_536;

  private static final int MAX_ALIASES = 50;
  private static final int MAX_DEPTH = 32;

  private RecipeYaml() {}

  /**
   * Reads a recipe and checks it.
   *
   * @param field what the recipe is called in messages: paths begin with it
   * @throws RequestException INVALID_ARGUMENT that names the path, the value and what is allowed
   */
  public static Recipe parse(String field, String yaml) {
    int chars = yaml.codePointCount(0, yaml.length());
    if (chars > MAX_CHARS) {
      throw RequestException.invalidBecause(
          field, field + " has " + chars + " characters; allowed: at most " + MAX_CHARS);
    }
    Recipe.Builder recipe = Recipe.newBuilder();
    YamlMessages.read(document(field, yaml), recipe, field);
    Recipe built = recipe.build();
    Recipes.validate(field, built);
    return built;
  }

  /**
   * A built-in recipe.
   *
   * @param name of a file of this package, without {@code .yaml}
   * @throws IllegalStateException if there is no such file, or it is no valid recipe: a fault of
   *     ours
   */
  public static Recipe resource(String name) {
    try (InputStream in = RecipeYaml.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("the recipe " + name + ".yaml is not on the class path");
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (RequestException e) {
      throw new IllegalStateException("the built-in recipe " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Node document(String field, String yaml) {
    try {
      Node node = new Yaml(new SafeConstructor(limits())).compose(new StringReader(yaml));
      if (node == null) {
        throw RequestException.invalidBecause(
            field, field + " is an empty document; allowed: fields of a recipe");
      }
      return node;
    } catch (MarkedYAMLException e) {
      throw RequestException.invalidBecause(
          field, field + " is not YAML: " + at(e.getProblemMark()) + e.getProblem());
    } catch (YAMLException e) {
      throw RequestException.invalidBecause(field, field + " is not YAML: " + e.getMessage());
    }
  }

  private static String at(Mark mark) {
    return mark == null
        ? ""
        : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ";
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_CHARS);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    return options;
  }
}
