package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parallax.cli.terminal.Texts;
import java.util.List;
import java.util.Locale;

/** A recipe to be read, as YAML: its fields by the names that {@code --set} takes. */
public final class RecipeText {
  private static final String INDENT = "  ";

  private RecipeText() {}

  /** All fields that are set, and the numbers of those parts that are. */
  public static String yaml(Message message) {
    StringBuilder yaml = new StringBuilder();
    fields(yaml, message, "");
    return yaml.toString();
  }

  /** {@code cifar} for STEM_CIFAR. */
  static String brief(EnumValueDescriptor constant) {
    String type = constant.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
    String prefix = type.toUpperCase(Locale.ROOT) + "_";
    String name = constant.getName();
    return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
        .toLowerCase(Locale.ROOT);
  }

  private static void fields(StringBuilder yaml, Message message, String indent) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        list(yaml, message, field, indent);
      } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        if (field.getContainingOneof() == null || message.hasField(field)) {
          yaml.append(indent).append(field.getName()).append(": ");
          yaml.append(scalar(message.getField(field))).append('\n');
        }
      } else if (message.hasField(field)) {
        part(yaml, field.getName(), (Message) message.getField(field), indent);
      }
    }
  }

  private static void part(StringBuilder yaml, String name, Message part, String indent) {
    yaml.append(indent).append(name).append(':');
    if (part.getDescriptorForType().getFields().isEmpty()) {
      yaml.append(" {}\n");
    } else {
      yaml.append('\n');
      fields(yaml, part, indent + INDENT);
    }
  }

  private static void list(
      StringBuilder yaml, Message message, FieldDescriptor field, String indent) {
    List<?> elements = (List<?>) message.getField(field);
    yaml.append(indent).append(field.getName()).append(elements.isEmpty() ? ": []\n" : ":\n");
    for (Object element : elements) {
      yaml.append(indent).append("- ");
      if (element instanceof Message part) {
        StringBuilder fields = new StringBuilder();
        fields(fields, part, indent + INDENT);
        yaml.append(fields.toString().stripLeading());
      } else {
        yaml.append(scalar(element)).append('\n');
      }
    }
  }

  private static String scalar(Object value) {
    return switch (value) {
      case Double number -> decimal(number);
      case Float number -> decimal(number);
      case EnumValueDescriptor constant -> brief(constant);
      case String text -> quoted(text);
      default -> value.toString();
    };
  }

  /** Exact, so that what is shown is what is trained. */
  private static String decimal(double number) {
    return number == Math.rint(number) ? Texts.number(number) : Double.toString(number);
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9][A-Za-z0-9 ._-]*[A-Za-z0-9]")
        ? text
        : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\R", "\\\\n") + '"';
  }
}
