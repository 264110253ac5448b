package dev.parallax.cli.sweep;

import com.google.protobuf.MessageLite;
import dev.parallax.trainer.v1.TrainingSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One training of a sweep.
 *
 * @param point the combination that it tries
 * @param spec what the trainer is asked for; its hash is the run's identity, so that the same run
 *     of the same sweep is the same job whenever it is asked for
 */
public record SweepRun(Grid.Point point, TrainingSpec spec) {
  private static final int MODEL_DIGITS = 8;
  private static final int REQUEST_DIGITS = 40;
  private static final int MAX_RECIPE = 48;

  /**
   * @param spec without a model
   */
  static SweepRun of(Grid.Point point, String recipe, TrainingSpec spec) {
    String name = recipe.substring(0, Math.min(MAX_RECIPE, recipe.length()));
    String model = "sweep-" + name + "-" + hash(spec).substring(0, MODEL_DIGITS);
    return new SweepRun(point, spec.toBuilder().setModel(model).build());
  }

  /** The same for the same spec. */
  String requestId() {
    return requestId(spec);
  }

  static String requestId(MessageLite spec) {
    return "sweep-" + hash(spec).substring(0, REQUEST_DIGITS);
  }

  static String hash(MessageLite message) {
    try {
      // Messages without maps have one serialisation.
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(message.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
