package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.Locale;

/** Constants by what follows the name of their type. */
final class Constants {
  private Constants() {}

  /** {@code cifar} for STEM_CIFAR. */
  static String brief(EnumValueDescriptor constant) {
    String type = constant.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
    String prefix = type.toUpperCase(Locale.ROOT) + "_";
    String name = constant.getName();
    return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
        .toLowerCase(Locale.ROOT);
  }
}
