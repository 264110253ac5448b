package dev.parallax.trainer.checkpoint;

import com.google.gson.JsonArray;

/** Arrays of whole numbers in JSON. */
final class JsonArrays {
  private JsonArrays() {}

  static JsonArray of(long[] values) {
    var array = new JsonArray(values.length);
    for (long value : values) {
      array.add(value);
    }
    return array;
  }

  static long[] longs(JsonArray array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsLong();
    }
    return values;
  }
}
