package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parallax.cli.CliException;
import dev.parallax.trainer.v1.Recipe;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A field of a recipe that is set on the command line: {@code loss.nt_xent.temperature=0.2}, {@code
 * views.pipelines[0].color_jitter.hue=0.1}, {@code views.pipelines[0].blur=none}.
 *
 * @param path names of fields, joined by dots; an element of a list by its index in brackets
 * @param value as it was written; {@code none} takes an optional part away
 */
public record FieldOverride(String path, String value) {
  private static final String OPTION = "--set ";
  private static final String NONE = "none";
  private static final Pattern STEP = Pattern.compile("([a-z][a-z0-9_]*)(?:\\[(\\d{1,4})])?");

  /**
   * @param text {@code path=value}
   */
  public static FieldOverride parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw CliException.usage("--set", text, "path=value, as in loss.nt_xent.temperature=0.2");
    }
    return new FieldOverride(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  /**
   * @throws CliException that names the path, the value and what is allowed
   */
  public Recipe applyTo(Recipe recipe) {
    Recipe.Builder builder = recipe.toBuilder();
    set(builder, path, "");
    return builder.build();
  }

  private void set(Message.Builder message, String rest, String done) {
    int dot = rest.indexOf('.');
    Matcher step = STEP.matcher(dot < 0 ? rest : rest.substring(0, dot));
    if (!step.matches()) {
      throw refused(done + rest, "is not a path", "names of fields joined by dots, list[0]");
    }
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(step.group(1));
    if (field == null) {
      throw refused(done + step.group(1), "is unknown", names(message));
    }
    String here = done + step.group();
    String left = dot < 0 ? "" : rest.substring(dot + 1);
    if (field.isRepeated() != (step.group(2) != null)) {
      throw refused(
          here,
          field.isRepeated() ? "is a list" : "is no list",
          field.isRepeated() ? here + "[0]" : done + step.group(1));
    }
    if (field.isRepeated()) {
      element(message, field, Integer.parseInt(step.group(2)), left, here);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      if (left.isEmpty()) {
        part(message, field, here);
      } else {
        set(message.getFieldBuilder(field), left, here + ".");
      }
    } else {
      requireEnd(left, here);
      message.setField(field, scalar(field));
    }
  }

  private void element(
      Message.Builder message, FieldDescriptor field, int index, String left, String here) {
    int count = message.getRepeatedFieldCount(field);
    if (index >= count) {
      throw refused(here, "does not exist", "an index below " + count);
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      set(message.getRepeatedFieldBuilder(field, index), left, here + ".");
    } else {
      requireEnd(left, here);
      message.setRepeatedField(field, index, scalar(field));
    }
  }

  private void part(Message.Builder message, FieldDescriptor field, String here) {
    if (!value.equals(NONE)) {
      String inside =
          field.getMessageType().getFields().stream()
              .map(f -> here + "." + f.getName())
              .collect(Collectors.joining(", "));
      throw refused(here, "is " + value, inside.isEmpty() ? NONE : NONE + ", or " + inside);
    }
    message.clearField(field);
  }

  private void requireEnd(String left, String here) {
    if (!left.isEmpty()) {
      throw refused(here + "." + left, "is unknown", here);
    }
  }

  private Object scalar(FieldDescriptor field) {
    try {
      return switch (field.getJavaType()) {
        case INT -> Integer.valueOf(value);
        case LONG -> Long.valueOf(value);
        case FLOAT -> Float.valueOf(value);
        case DOUBLE -> number();
        case BOOLEAN -> bool();
        case STRING -> value;
        case ENUM -> constant(field);
        case BYTE_STRING, MESSAGE -> throw refused(path, "cannot be set", "fields of the recipe");
      };
    } catch (NumberFormatException e) {
      throw refused(
          path,
          "is " + value,
          switch (field.getJavaType()) {
            case INT, LONG -> "a whole number";
            case FLOAT, DOUBLE, BOOLEAN, STRING, ENUM, BYTE_STRING, MESSAGE -> "a number";
          });
    }
  }

  private Double number() {
    double number = Double.parseDouble(value);
    if (!Double.isFinite(number)) {
      throw refused(path, "is " + value, "a finite number");
    }
    return number;
  }

  private Boolean bool() {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(path, "is " + value, "true or false");
    };
  }

  private EnumValueDescriptor constant(FieldDescriptor field) {
    for (EnumValueDescriptor constant : field.getEnumType().getValues()) {
      boolean named =
          value.equals(constant.getName()) || value.equalsIgnoreCase(RecipeText.brief(constant));
      if (named && constant.getNumber() != 0) {
        return constant;
      }
    }
    throw refused(
        path,
        "is " + value,
        field.getEnumType().getValues().stream()
            .filter(constant -> constant.getNumber() != 0)
            .map(RecipeText::brief)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ")));
  }

  private static String names(Message.Builder message) {
    return message.getDescriptorForType().getFields().stream()
        .map(FieldDescriptor::getName)
        .collect(Collectors.joining(", "));
  }

  private static CliException refused(String where, String what, String allowed) {
    return CliException.usage(OPTION + where + " " + what + "; allowed: " + allowed);
  }
}
