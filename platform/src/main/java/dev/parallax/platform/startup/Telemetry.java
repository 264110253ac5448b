package dev.parallax.platform.startup;

/** Traces are exported only by those who say where to. */
public final class Telemetry {
  private static final String DISABLED = "quarkus.otel.sdk.disabled";
  private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";
  private static final String STANDARD_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String QUARKUS_VARIABLE = "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT";

  private Telemetry() {}

  /**
   * Switches OpenTelemetry on when an OTLP endpoint is set, by OTEL_EXPORTER_OTLP_ENDPOINT or by
   * Quarkus's own setting. To be called first in main.
   */
  public static void enableWhereEndpointIsSet() {
    String standard = System.getenv(STANDARD_VARIABLE);
    if (standard != null && System.getProperty(ENDPOINT) == null) {
      System.setProperty(ENDPOINT, standard);
    }
    boolean set = System.getProperty(ENDPOINT) != null || System.getenv(QUARKUS_VARIABLE) != null;
    if (set && System.getProperty(DISABLED) == null) {
      System.setProperty(DISABLED, "false");
    }
  }
}
