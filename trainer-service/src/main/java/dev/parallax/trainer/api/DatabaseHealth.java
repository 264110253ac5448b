package dev.parallax.trainer.api;

import dev.parallax.platform.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the database does not answer. */
@Readiness
@ApplicationScoped
class DatabaseHealth implements HealthCheck {
  private final Database database;

  DatabaseHealth(Database database) {
    this.database = database;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> problem = database.problem();
    var response = HealthCheckResponse.named("database").status(problem.isEmpty());
    problem.ifPresent(line -> response.withData("problem", line));
    return response.build();
  }
}
