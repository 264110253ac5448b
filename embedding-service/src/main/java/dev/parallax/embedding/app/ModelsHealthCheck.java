package dev.parallax.embedding.app;

import dev.parallax.embedding.model.OnnxRuntime;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** {@code /q/health/ready}. */
@org.eclipse.microprofile.health.Readiness
class ModelsHealthCheck implements HealthCheck {
  private final Readiness readiness;
  private final OnnxRuntime runtime;

  ModelsHealthCheck(Readiness readiness, OnnxRuntime runtime) {
    this.readiness = readiness;
    this.runtime = runtime;
  }

  @Override
  public HealthCheckResponse call() {
    Readiness.Report report = readiness.report();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("models").status(report.problem().isEmpty());
    response.withData("provider", runtime.selection().description());
    runtime
        .selection()
        .absent()
        .forEach(
            absence ->
                response.withData("provider " + absence.provider().label(), absence.reason()));
    report.models().forEach(response::withData);
    report.problem().ifPresent(problem -> response.withData("problem", problem));
    return response.build();
  }
}
