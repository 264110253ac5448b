package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parallax.cli.CliException;
import dev.parallax.trainer.v1.HeadLayer;
import java.util.List;

/**
 * A whole list by a name: {@code none} empties it; of a head, {@code linear} is one layer to the
 * size of its last one, without norm and activation, and {@code mlp} the recipe's own (the three
 * heads of Chen et al. 2020, figure 8).
 */
final class HeadShape {
  private static final int MIN_MLP_LAYERS = 2;

  private HeadShape() {}

  /**
   * @throws CliException when the value is no such name, or the recipe's own head is not what it
   *     says
   */
  static void set(
      FieldOverride override, Message.Builder message, FieldDescriptor field, String here) {
    boolean head =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && field.getMessageType().equals(HeadLayer.getDescriptor());
    List<?> own = (List<?>) message.getField(field);
    if (FieldValue.off(override.value())) {
      message.clearField(field);
    } else if (head && override.value().equals("linear")) {
      if (own.isEmpty()) {
        throw override.refused(
            here, "is linear, and the recipe has no head to take a size from", "none");
      }
      HeadLayer last = (HeadLayer) own.getLast();
      message.setField(field, List.of(HeadLayer.newBuilder().setSize(last.getSize()).build()));
    } else if (head && override.value().equals("mlp")) {
      if (own.size() < MIN_MLP_LAYERS) {
        throw override.refused(
            here, "is mlp, and the recipe's own head has " + layers(own.size()), "none, linear");
      }
    } else {
      String element = here + "[0]";
      throw override.refused(
          here,
          "is a list and cannot be " + override.value(),
          head ? "none, linear, mlp, or " + element + ".size" : "none, or " + element);
    }
  }

  private static String layers(int count) {
    return count == 1 ? "1 layer" : count + " layers";
  }
}
