package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A recipe to be read, as YAML: its fields by the names that {@code --set} takes. The trainer reads
 * it again as the same recipe.
 */
public final class RecipeText {
  private static final String INDENT = "  ";
  private static final double WHOLE = 1e9;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z]([A-Za-z0-9 ._-]*[A-Za-z0-9])?");

  /** Texts that readers of YAML take for something else. */
  private static final Set<String> WORDS =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private RecipeText() {}

  /**
   * The fields that are set; those at zero, false or empty are left out, as is what is not there.
   */
  public static String yaml(Message message) {
    StringBuilder yaml = new StringBuilder();
    fields(yaml, message, "");
    return yaml.toString();
  }

  private static void fields(StringBuilder yaml, Message message, String indent) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        list(yaml, message, field, indent);
      } else if (message.hasField(field)
          && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        yaml.append(indent).append(field.getName()).append(": ");
        yaml.append(scalar(message.getField(field))).append('\n');
      } else if (message.hasField(field)) {
        part(yaml, field.getName(), (Message) message.getField(field), indent);
      }
    }
  }

  private static void part(StringBuilder yaml, String name, Message part, String indent) {
    StringBuilder inside = new StringBuilder();
    fields(inside, part, indent + INDENT);
    yaml.append(indent).append(name).append(':');
    yaml.append(inside.isEmpty() ? " {}\n" : "\n").append(inside);
  }

  private static void list(
      StringBuilder yaml, Message message, FieldDescriptor field, String indent) {
    List<?> elements = (List<?>) message.getField(field);
    if (elements.isEmpty()) {
      return;
    }
    yaml.append(indent).append(field.getName()).append(":\n");
    for (Object element : elements) {
      yaml.append(indent).append("- ");
      if (element instanceof Message part) {
        StringBuilder fields = new StringBuilder();
        fields(fields, part, indent + INDENT);
        yaml.append(fields.isEmpty() ? "{}\n" : fields.toString().stripLeading());
      } else {
        yaml.append(scalar(element)).append('\n');
      }
    }
  }

  private static String scalar(Object value) {
    return switch (value) {
      case Double number -> decimal(number);
      case Float number -> decimal(number);
      case EnumValueDescriptor constant -> Constants.brief(constant);
      case String text -> quoted(text);
      default -> value.toString();
    };
  }

  /**
   * Exact, so that what is shown is what is trained; with a point and a sign before an exponent, so
   * that readers of YAML 1.1 see a number, too.
   */
  static String decimal(double number) {
    return number == Math.rint(number) && Math.abs(number) < WHOLE
        ? Long.toString((long) number)
        : Double.toString(number).replace("E-", "e-").replaceFirst("E(?=\\d)", "e+");
  }

  private static String quoted(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default ->
            quoted.append(
                printable(c) ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean printable(char c) {
    boolean control = c < ' ' || (c >= '\u007f' && c <= '\u00a0');
    return !control && c != '\u2028' && c != '\u2029' && c != '\ufeff';
  }
}
