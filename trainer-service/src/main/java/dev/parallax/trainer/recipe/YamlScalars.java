package dev.parallax.trainer.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.parallax.platform.errors.RequestException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Scalars, read as what their field takes. */
final class YamlScalars {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,20}");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");
  private static final int MAX_SHOWN = 60;

  private YamlScalars() {}

  /**
   * @throws RequestException INVALID_ARGUMENT that names the path, the value and what is allowed
   */
  static Object value(FieldDescriptor field, Node node, String path) {
    Optional<?> value =
        node instanceof ScalarNode scalar && !YamlMessages.isNull(node)
            ? value(field, scalar)
            : Optional.empty();
    if (value.isEmpty()) {
      throw RequestException.invalidBecause(
          path, path + " is " + YamlMessages.shown(node) + "; allowed: " + allowed(field, node));
    }
    return value.get();
  }

  /** Empty when the text is none that the field takes. */
  private static Optional<?> value(FieldDescriptor field, ScalarNode scalar) {
    String text = scalar.getValue();
    // What is in quotes is a text by the will of who wrote it.
    Optional<String> plain = scalar.isPlain() ? Optional.of(text) : Optional.empty();
    return switch (field.getJavaType()) {
      case INT -> plain.flatMap(t -> whole(t, 31)).map(BigInteger::intValue);
      case LONG -> plain.flatMap(t -> whole(t, 63)).map(BigInteger::longValue);
      case FLOAT -> plain.flatMap(YamlScalars::number).map(Double::floatValue);
      case DOUBLE -> plain.flatMap(YamlScalars::number);
      case BOOLEAN -> plain.flatMap(YamlScalars::truth);
      case STRING -> Optional.of(text);
      case ENUM -> constant(field, text);
      case BYTE_STRING, MESSAGE -> Optional.empty();
    };
  }

  private static Optional<BigInteger> whole(String text, int bits) {
    return Optional.of(text)
        .filter(t -> WHOLE.matcher(t).matches())
        .map(BigInteger::new)
        .filter(number -> number.bitLength() <= bits);
  }

  private static Optional<Double> number(String text) {
    return Optional.of(text)
        .filter(t -> NUMBER.matcher(t).matches())
        .map(Double::valueOf)
        .filter(Double::isFinite);
  }

  private static Optional<Boolean> truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes" -> Optional.of(true);
      case "false", "off", "no" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** By its full name, or by what follows the name of its type; the zero is nothing to choose. */
  private static Optional<EnumValueDescriptor> constant(FieldDescriptor field, String text) {
    return field.getEnumType().getValues().stream()
        .filter(constant -> constant.getNumber() != 0)
        .filter(
            constant ->
                text.equalsIgnoreCase(constant.getName()) || text.equalsIgnoreCase(brief(constant)))
        .findFirst();
  }

  private static String allowed(FieldDescriptor field, Node node) {
    String form =
        switch (field.getJavaType()) {
          case INT, LONG -> "a whole number";
          case FLOAT, DOUBLE -> "a number";
          case BOOLEAN -> "true or false";
          case STRING -> "a text";
          case ENUM -> constants(field, node);
          case BYTE_STRING, MESSAGE -> "nothing";
        };
    boolean quoted = node instanceof ScalarNode scalar && !scalar.isPlain();
    return quoted && field.getJavaType() != FieldDescriptor.JavaType.ENUM
        ? form + ", without quotes"
        : form;
  }

  private static String constants(FieldDescriptor field, Node node) {
    List<String> names =
        field.getEnumType().getValues().stream()
            .filter(constant -> constant.getNumber() != 0)
            .map(YamlScalars::brief)
            .toList();
    String hint =
        node instanceof ScalarNode scalar
            ? Spelling.nearest(scalar.getValue().toLowerCase(Locale.ROOT), names)
                .map(near -> "; did you mean " + near + "?")
                .orElse("")
            : "";
    return String.join(", ", names) + hint;
  }

  /** {@code cifar} for STEM_CIFAR. */
  private static String brief(EnumValueDescriptor constant) {
    String type = constant.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
    String prefix = type.toUpperCase(Locale.ROOT) + "_";
    return constant.getName().replaceFirst("^" + prefix, "").toLowerCase(Locale.ROOT);
  }

  /** A text as a message quotes it. */
  static String abridged(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
