package dev.parallax.cli.recipe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.parallax.cli.CliException;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A field of a recipe that is set on the command line: {@code loss.nt_xent.temperature=0.2}, {@code
 * views.pipelines[0].color_jitter.hue=0.1}, {@code views.pipelines[0].blur=none}.
 *
 * <p>A path may leave out what the recipe has chosen already ({@code loss.temperature}), the index
 * of a list, which then means all of its elements ({@code views.pipelines.blur}), and {@code
 * pipelines} ({@code views.blur}); names may be in camelCase.
 *
 * @param option what it is written behind, as messages begin: {@code --set}
 * @param path names of fields, joined by dots; an element of a list by its index in brackets
 * @param value as it was written; {@code none} or {@code off} takes a part away, and the name of an
 *     alternative chooses it where there is nothing to set in it ({@code targets=in_batch})
 */
public record FieldOverride(String option, String path, String value) {
  private static final Pattern STEP = Pattern.compile("([A-Za-z][A-Za-z0-9_]*)(?:\\[(\\d{1,4})])?");
  private static final String PIPELINES = "pipelines";

  /** A part of a path; an empty index of a list means all elements. */
  private record Step(String name, OptionalInt index) {}

  /**
   * Reads what stands behind {@code --set}.
   *
   * @param text {@code path=value}
   */
  public static FieldOverride parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw CliException.usage("--set", text, "path=value, as in loss.temperature=0.2");
    }
    return new FieldOverride(
        "--set", text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  /**
   * @throws CliException that names the path, the value and what is allowed
   */
  public Recipe applyTo(Recipe recipe) {
    Recipe.Builder builder = recipe.toBuilder();
    set(builder, steps(), "");
    return builder.build();
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (String text : path.split("\\.", -1)) {
      Matcher step = STEP.matcher(text);
      if (!step.matches()) {
        throw refused(path, "is not a path", "names of fields joined by dots, list[0]");
      }
      steps.add(
          new Step(
              step.group(1),
              step.group(2) == null
                  ? OptionalInt.empty()
                  : OptionalInt.of(Integer.parseInt(step.group(2)))));
    }
    return steps;
  }

  private void set(Message.Builder message, List<Step> steps, String done) {
    Step step = steps.getFirst();
    Descriptor type = message.getDescriptorForType();
    Optional<FieldDescriptor> found = field(type, step.name());
    if (found.isEmpty()) {
      beyondWhatIsLeftOut(message, steps, done);
      return;
    }
    FieldDescriptor field = found.get();
    String here = done + field.getName();
    List<Step> rest = steps.subList(1, steps.size());
    if (field.isRepeated()) {
      list(message, field, step.index(), rest, here);
    } else if (step.index().isPresent()) {
      throw refused(here + "[" + step.index().getAsInt() + "]", "is no list", here);
    } else if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      requireEnd(rest, here);
      message.setField(field, FieldValue.of(this, field));
    } else if (rest.isEmpty()) {
      part(message, field, here);
    } else {
      set(message.getFieldBuilder(field), rest, here + ".");
    }
  }

  /** The name is none of this message; it may be one of a part that need not be named. */
  private void beyondWhatIsLeftOut(Message.Builder message, List<Step> steps, String done) {
    String name = steps.getFirst().name();
    Descriptor type = message.getDescriptorForType();
    if (type.equals(Views.getDescriptor())
        && field(ViewPipeline.getDescriptor(), name).isPresent()) {
      List<Step> full = new ArrayList<>(steps);
      full.addFirst(new Step(PIPELINES, OptionalInt.empty()));
      set(message, full, done);
      return;
    }
    List<FieldDescriptor> chosen = chosen(message);
    for (FieldDescriptor part : chosen) {
      if (field(part.getMessageType(), name).isPresent()) {
        set(message.getFieldBuilder(part), steps, done + part.getName() + ".");
        return;
      }
    }
    throw refused(
        done + name,
        "is unknown",
        Stream.concat(Stream.of(type), chosen.stream().map(FieldDescriptor::getMessageType))
            .flatMap(t -> t.getFields().stream())
            .map(FieldDescriptor::getName)
            .collect(Collectors.joining(", ")));
  }

  private static List<FieldDescriptor> chosen(Message.Builder message) {
    List<FieldDescriptor> chosen = new ArrayList<>();
    for (OneofDescriptor choice : message.getDescriptorForType().getRealOneofs()) {
      if (message.hasOneof(choice)
          && message.getOneofFieldDescriptor(choice).getJavaType()
              == FieldDescriptor.JavaType.MESSAGE) {
        chosen.add(message.getOneofFieldDescriptor(choice));
      }
    }
    return chosen;
  }

  private void list(
      Message.Builder message,
      FieldDescriptor field,
      OptionalInt index,
      List<Step> rest,
      String here) {
    int count = message.getRepeatedFieldCount(field);
    if (index.isPresent()) {
      if (index.getAsInt() >= count) {
        throw refused(
            here + "[" + index.getAsInt() + "]",
            "does not exist",
            count == 0 ? "none, as the list is empty" : "an index below " + count);
      }
      element(message, field, index.getAsInt(), rest, here);
    } else if (rest.isEmpty()) {
      HeadShape.set(this, message, field, here);
    } else if (count == 0) {
      throw refused(here, "is empty", "a list that has elements");
    } else {
      for (int i = 0; i < count; i++) {
        element(message, field, i, rest, here);
      }
    }
  }

  private void element(
      Message.Builder message, FieldDescriptor field, int index, List<Step> rest, String list) {
    String here = list + "[" + index + "]";
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      requireEnd(rest, here);
      message.setRepeatedField(field, index, FieldValue.of(this, field));
    } else if (!rest.isEmpty()) {
      set(message.getRepeatedFieldBuilder(field, index), rest, here + ".");
    } else if (FieldValue.off(value)) {
      List<Object> others = new ArrayList<>((List<?>) message.getField(field));
      others.remove(index);
      message.setField(field, others);
    } else {
      throw refused(here, "is " + value, "none, or " + inside(field, here));
    }
  }

  private void part(Message.Builder message, FieldDescriptor field, String here) {
    boolean bare = field.getMessageType().getFields().isEmpty();
    if (FieldValue.off(value)) {
      message.clearField(field);
    } else if (!FieldValue.on(value)) {
      if (bare) {
        throw refused(here, "is " + value, "on, none");
      }
      Alternative.choose(this, message.getFieldBuilder(field), here);
    } else if (bare) {
      message.setField(field, message.newBuilderForField(field).build());
    } else if (!message.hasField(field)) {
      throw refused(here, "is on, and the recipe has none to keep", inside(field, here));
    }
  }

  private static String inside(FieldDescriptor field, String here) {
    return inside(field.getMessageType(), here);
  }

  static String inside(Descriptor type, String here) {
    return type.getFields().stream()
        .map(f -> here + "." + f.getName())
        .collect(Collectors.joining(", "));
  }

  private void requireEnd(List<Step> rest, String here) {
    if (!rest.isEmpty()) {
      throw refused(here + "." + rest.getFirst().name(), "is unknown", here);
    }
  }

  static Optional<FieldDescriptor> field(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(f -> name.equals(f.getName()) || name.equals(f.getJsonName()))
        .findFirst();
  }

  CliException refused(String where, String what, String allowed) {
    return CliException.usage(option + " " + where + " " + what + "; allowed: " + allowed);
  }
}
