package dev.parallax.trainer.recipe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.parallax.platform.errors.RequestException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Fills a message from a mapping, field by field, along the message's descriptor. */
final class YamlMessages {
  private YamlMessages() {}

  /**
   * @param path where the mapping stands, as messages name it
   * @throws RequestException INVALID_ARGUMENT that names the path, the value and what is allowed
   */
  static void read(Node node, Message.Builder message, String path) {
    Descriptor type = message.getDescriptorForType();
    if (!(node instanceof MappingNode mapping)) {
      throw RequestException.invalidBecause(
          path, path + " is " + shown(node) + "; allowed: a mapping of " + known(type));
    }
    Set<FieldDescriptor> seen = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      FieldDescriptor field = field(type, entry.getKeyNode(), path);
      String here = path + "." + field.getName();
      if (!seen.add(field)) {
        throw RequestException.invalidBecause(
            here,
            here
                + " is there twice, again in line "
                + (entry.getKeyNode().getStartMark().getLine() + 1)
                + "; allowed: once");
      }
      requireFree(message, field, path);
      set(message, field, entry.getValueNode(), here);
    }
  }

  private static void set(Message.Builder message, FieldDescriptor field, Node value, String path) {
    if (field.isRepeated()) {
      list(message, field, value, path);
    } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      message.setField(field, YamlScalars.value(field, value, path));
    } else if (!isNull(value)) {
      Message.Builder part = message.newBuilderForField(field);
      read(value, part, path);
      message.setField(field, part.build());
    } else if (field.getRealContainingOneof() != null) {
      // Chosen by its name alone; elsewhere null is what is not there.
      message.setField(field, message.newBuilderForField(field).build());
    }
  }

  private static void list(
      Message.Builder message, FieldDescriptor field, Node value, String path) {
    if (!(value instanceof SequenceNode sequence)) {
      throw RequestException.invalidBecause(
          path, path + " is " + shown(value) + "; allowed: a list");
    }
    int index = 0;
    for (Node element : sequence.getValue()) {
      String here = path + "[" + index++ + "]";
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Message.Builder part = message.newBuilderForField(field);
        read(element, part, here);
        message.addRepeatedField(field, part.build());
      } else {
        message.addRepeatedField(field, YamlScalars.value(field, element, here));
      }
    }
  }

  private static FieldDescriptor field(Descriptor type, Node key, String path) {
    if (!(key instanceof ScalarNode scalar)) {
      throw RequestException.invalidBecause(
          path, path + " has " + shown(key) + " for a name; allowed: " + known(type));
    }
    String name = scalar.getValue();
    for (FieldDescriptor field : type.getFields()) {
      if (name.equals(field.getName()) || name.equals(field.getJsonName())) {
        return field;
      }
    }
    List<String> names = type.getFields().stream().map(FieldDescriptor::getName).toList();
    String here = path + "." + YamlScalars.abridged(name);
    String hint =
        Spelling.nearest(name, names).map(near -> "; did you mean " + near + "?").orElse("");
    throw RequestException.invalidBecause(
        here,
        here + " is unknown" + hint + (hint.isEmpty() ? "; " : " ") + "allowed: " + known(type));
  }

  /** Of the members of a oneof only one can be chosen; protobuf would silently keep the last. */
  private static void requireFree(Message.Builder message, FieldDescriptor field, String path) {
    OneofDescriptor choice = field.getRealContainingOneof();
    if (choice != null && message.hasOneof(choice)) {
      throw RequestException.invalidBecause(
          path + "." + field.getName(),
          path
              + "."
              + field.getName()
              + " is set beside "
              + message.getOneofFieldDescriptor(choice).getName()
              + "; allowed: one of "
              + choice.getFields().stream()
                  .map(FieldDescriptor::getName)
                  .collect(Collectors.joining(", ")));
    }
  }

  private static String known(Descriptor type) {
    String names =
        type.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    return names.isEmpty() ? "{}" : names;
  }

  static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar && Tag.NULL.equals(scalar.getTag());
  }

  /** A value as a message quotes it. */
  static String shown(Node node) {
    return switch (node) {
      case MappingNode mapping -> mapping.getValue().isEmpty() ? "{}" : "a mapping";
      case SequenceNode sequence -> sequence.getValue().isEmpty() ? "an empty list" : "a list";
      case ScalarNode scalar when isNull(scalar) -> "null";
      case ScalarNode scalar when scalar.isPlain() -> YamlScalars.abridged(scalar.getValue());
      case ScalarNode scalar -> '"' + YamlScalars.abridged(scalar.getValue()) + '"';
      default -> node.getNodeId().toString();
    };
  }
}
