package dev.parallax.embedding.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** {@code /q/health/ready}. */
@org.eclipse.microprofile.health.Readiness
class ModelsHealthCheck implements HealthCheck {
  private final Readiness readiness;

  ModelsHealthCheck(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public HealthCheckResponse call() {
    Readiness.Report report = readiness.report();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("models").status(report.problem().isEmpty());
    report.models().forEach(response::withData);
    report.problem().ifPresent(problem -> response.withData("problem", problem));
    return response.build();
  }
}
