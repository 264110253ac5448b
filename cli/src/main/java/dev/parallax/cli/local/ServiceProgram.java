package dev.parallax.cli.local;

import java.util.List;
import java.util.Map;

/** How a service is started. */
@FunctionalInterface
public interface ServiceProgram {
  /**
   * @param settings the service's settings by their names, as in quarkus.http.port
   * @return program and arguments
   */
  List<String> command(Service service, Map<String, String> settings);
}
