package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.parallax.cli.CliException;
import java.util.stream.Collectors;

/** The value of an override, read as what its field takes. */
final class FieldValue {
  private FieldValue() {}

  /** Whether the value takes a part away. */
  static boolean off(String value) {
    return value.equals("off") || value.equals("none");
  }

  /** Whether the value keeps a part. */
  static boolean on(String value) {
    return value.equals("on");
  }

  /**
   * @throws CliException that names the path, the value and what is allowed
   */
  static Object of(FieldOverride override, FieldDescriptor field) {
    String value = override.value();
    try {
      return switch (field.getJavaType()) {
        case INT -> Integer.valueOf(value);
        case LONG -> Long.valueOf(value);
        case FLOAT -> (float) number(override);
        case DOUBLE -> number(override);
        case BOOLEAN -> truth(override);
        case STRING -> value;
        case ENUM -> constant(override, field);
        case BYTE_STRING, MESSAGE ->
            throw override.refused(override.path(), "cannot be set", "fields of the recipe");
      };
    } catch (NumberFormatException e) {
      throw refused(
          override,
          switch (field.getJavaType()) {
            case INT, LONG -> "a whole number";
            case FLOAT, DOUBLE, BOOLEAN, STRING, ENUM, BYTE_STRING, MESSAGE -> "a number";
          });
    }
  }

  private static double number(FieldOverride override) {
    double number = Double.parseDouble(override.value());
    if (!Double.isFinite(number)) {
      throw refused(override, "a finite number");
    }
    return number;
  }

  private static boolean truth(FieldOverride override) {
    return switch (override.value()) {
      case "true", "on" -> true;
      case "false", "off" -> false;
      default -> throw refused(override, "on or off");
    };
  }

  private static EnumValueDescriptor constant(FieldOverride override, FieldDescriptor field) {
    String value = override.value();
    for (EnumValueDescriptor constant : field.getEnumType().getValues()) {
      boolean named =
          value.equalsIgnoreCase(constant.getName())
              || value.equalsIgnoreCase(Constants.brief(constant));
      if (named && constant.getNumber() != 0) {
        return constant;
      }
    }
    throw refused(
        override,
        field.getEnumType().getValues().stream()
            .filter(constant -> constant.getNumber() != 0)
            .map(Constants::brief)
            .collect(Collectors.joining(", ")));
  }

  private static CliException refused(FieldOverride override, String allowed) {
    return override.refused(override.path(), "is " + override.value(), allowed);
  }
}
