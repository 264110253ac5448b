package dev.parallax.embedding.s3;

import dev.parallax.platform.names.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The versions among the objects of a bucket. */
final class S3Versions {
  private static final Pattern KEY =
      Pattern.compile("([^/]{1,63})/([1-9][0-9]{0,17})/(model\\.onnx|manifest\\.json)");

  private S3Versions() {}

  /**
   * A version of which both files are there. The manifest is written last.
   *
   * @param rank 0 for the newest version of its model, 1 for the one before
   * @param stamp different when one of the files was replaced
   */
  record Version(
      String model,
      long version,
      String onnxKey,
      String manifestKey,
      long bytes,
      String stamp,
      int rank) {
    String label() {
      return model + "/" + version;
    }
  }

  /** Newest versions of all models first. */
  static List<Version> of(Iterable<S3Object> objects, String prefix) {
    Map<String, Map<Long, Map<String, S3Object>>> models = new HashMap<>();
    for (S3Object object : objects) {
      Matcher key = KEY.matcher(object.key().substring(prefix.length()));
      if (key.matches() && Names.isModel(key.group(1))) {
        models
            .computeIfAbsent(key.group(1), _ -> new HashMap<>())
            .computeIfAbsent(Long.valueOf(key.group(2)), _ -> new HashMap<>())
            .put(key.group(3), object);
      }
    }
    List<Version> found = new ArrayList<>();
    models.forEach((model, versions) -> add(found, model, versions));
    found.sort(java.util.Comparator.comparingInt(Version::rank).thenComparing(Version::model));
    return found;
  }

  private static void add(
      List<Version> found, String model, Map<Long, Map<String, S3Object>> versions) {
    int rank = 0;
    for (long number :
        versions.keySet().stream().sorted(java.util.Comparator.reverseOrder()).toList()) {
      S3Object onnx = versions.get(number).get("model.onnx");
      S3Object manifest = versions.get(number).get("manifest.json");
      if (onnx != null && manifest != null) {
        found.add(
            new Version(
                model,
                number,
                onnx.key(),
                manifest.key(),
                onnx.size() + manifest.size(),
                onnx.eTag() + " " + manifest.eTag(),
                rank++));
      }
    }
  }
}
