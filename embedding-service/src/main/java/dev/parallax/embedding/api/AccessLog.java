package dev.parallax.embedding.api;

import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * One line for each call that ends, in the category {@value #CATEGORY}: who, what, how much, how it
 * ended, how long it took. Never an image, a vector or a token. In a JSON log the values are fields
 * under {@code mdc}.
 */
public record AccessLog(boolean enabled) {
  static final String CATEGORY = "parallax.access";
  private static final Logger LOG = Logger.getLogger(CATEGORY);

  /**
   * Writes the line of a call, where lines are wanted.
   *
   * @param status with which the call ended, in capitals
   */
  public void write(CallRecord record, String status) {
    if (enabled) {
      write(record.entry(status));
    }
  }

  private static void write(CallRecord.Entry entry) {
    Map<String, Object> fields =
        Map.of(
            "client", entry.client(),
            "method", entry.method(),
            "model", entry.model(),
            "images", entry.images(),
            "bytes", entry.bytes(),
            "status", entry.status(),
            "ms", entry.millis());
    fields.forEach(MDC::put);
    try {
      LOG.info(entry.line());
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }
}
