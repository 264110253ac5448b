package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parallax.cli.CliException;
import java.util.stream.Collectors;

/**
 * One of the parts that exclude one another by its name alone: {@code targets=in_batch} says what
 * {@code targets.in_batch=on} does. One that has fields can only be kept, as there is no value to
 * give them.
 */
final class Alternative {
  private Alternative() {}

  /**
   * @param part that has alternatives; the others of its fields stay as they are
   * @throws CliException when the value is none of them, or one whose fields have to be set
   */
  static void choose(FieldOverride override, Message.Builder part, String here) {
    Descriptor type = part.getDescriptorForType();
    FieldDescriptor chosen =
        FieldOverride.field(type, override.value())
            .filter(Alternative::isAlternative)
            .orElseThrow(
                () ->
                    override.refused(
                        here,
                        "is " + override.value(),
                        "none, " + bare(type) + "or " + FieldOverride.inside(type, here)));
    if (isBare(chosen)) {
      part.setField(chosen, part.newBuilderForField(chosen).build());
    } else if (!part.hasField(chosen)) {
      throw override.refused(
          here,
          "is " + override.value() + ", and the recipe has none to keep",
          FieldOverride.inside(chosen.getMessageType(), here + "." + chosen.getName()));
    }
  }

  private static boolean isAlternative(FieldDescriptor field) {
    return field.getRealContainingOneof() != null
        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static boolean isBare(FieldDescriptor field) {
    return isAlternative(field) && field.getMessageType().getFields().isEmpty();
  }

  /** {@code in_batch, stop_gradient, }. */
  private static String bare(Descriptor type) {
    return type.getFields().stream()
        .filter(Alternative::isBare)
        .map(field -> field.getName() + ", ")
        .collect(Collectors.joining());
  }
}
