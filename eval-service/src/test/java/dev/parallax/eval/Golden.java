package dev.parallax.eval;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parallax.eval.embeddings.Embeddings;
import dev.parallax.eval.embeddings.LabelledEmbeddings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers that {@code src/test/python/golden.py} wrote: named rows of them. */
public final class Golden {
  private final Map<String, double[]> rows = new LinkedHashMap<>();

  public Golden(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file);
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, US_ASCII))) {
      reader
          .lines()
          .map(line -> line.split(" ", -1))
          .forEach(
              words ->
                  rows.put(
                      words[0],
                      Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public double[] values(String name) {
    double[] values = rows.get(name);
    if (values == null) {
      throw new IllegalArgumentException("there is no " + name + " in " + rows.keySet());
    }
    return values;
  }

  public double value(String name) {
    return values(name)[0];
  }

  public int[] integers(String name) {
    return Arrays.stream(values(name)).mapToInt(value -> (int) value).toArray();
  }

  /** 300 digits of 8×8 pixels with their labels. */
  public static LabelledEmbeddings trainDigits() {
    return digits("train");
  }

  /** 200 others. */
  public static LabelledEmbeddings testDigits() {
    return digits("test");
  }

  private static LabelledEmbeddings digits(String part) {
    Golden golden = new Golden("digits.txt");
    double[] pixels = golden.values(part);
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) pixels[i];
    }
    return new LabelledEmbeddings(
        new Embeddings(values.length / 64, 64, values), golden.integers(part + "_labels"), 10);
  }
}
