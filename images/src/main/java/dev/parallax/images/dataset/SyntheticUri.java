package dev.parallax.images.dataset;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code synthetic:[train|test][?images=N&size=PIXELS&seed=N]}.
 *
 * @param uri as it was given
 * @param images 2 to 1,000,000
 * @param size side of an image, pixels, 8 to 512
 */
record SyntheticUri(String uri, Split split, int images, int size, long seed) {
  static final String SCHEME = "synthetic:";

  private static final Pattern FORM =
      Pattern.compile("synthetic:(|train|test)(?:\\?([a-z]+=\\d{1,18}(?:&[a-z]+=\\d{1,18})*))?");

  /** The two share no image, whatever their seeds. */
  enum Split {
    TRAIN(2560),
    TEST(1000);

    private final int images;

    Split(int images) {
      this.images = images;
    }
  }

  static SyntheticUri parse(String uri) {
    Matcher matcher = FORM.matcher(uri);
    if (!matcher.matches()) {
      throw new DatasetException(
          uri
              + " is not valid; allowed: synthetic:train or synthetic:test, with ?images=2560&size=32&seed=0"
              + " as wanted");
    }
    Split split = matcher.group(1).equals("test") ? Split.TEST : Split.TRAIN;
    Map<String, Long> options =
        matcher.group(2) == null
            ? Map.of()
            : Stream.of(matcher.group(2).split("&"))
                .map(o -> o.split("="))
                .collect(Collectors.toMap(o -> o[0], o -> Long.valueOf(o[1]), (a, b) -> b));
    for (String name : options.keySet()) {
      if (!name.equals("images") && !name.equals("size") && !name.equals("seed")) {
        throw new DatasetException(uri + ": " + name + " is unknown; allowed: images, size, seed");
      }
    }
    return new SyntheticUri(
        uri,
        split,
        range(uri, "images", options.getOrDefault("images", (long) split.images), 2, 1_000_000),
        range(uri, "size", options.getOrDefault("size", 32L), 8, 512),
        options.getOrDefault("seed", 0L));
  }

  private static int range(String uri, String name, long value, int min, int max) {
    if (value < min || value > max) {
      throw new DatasetException(
          uri + ": " + name + " is " + value + "; allowed: " + min + " to " + max);
    }
    return (int) value;
  }
}
