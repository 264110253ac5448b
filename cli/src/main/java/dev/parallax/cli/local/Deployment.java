package dev.parallax.cli.local;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The three services of one machine.
 *
 * @param home directory of their databases, jobs and caches, and of {@code run} and {@code logs}
 * @param repository root of the model repository
 * @param ports of every service
 */
public record Deployment(Path home, Path repository, Map<Service, Ports> ports) {
  public Deployment {
    ports = Map.copyOf(ports);
    for (Service service : Service.values()) {
      if (!ports.containsKey(service)) {
        throw new IllegalArgumentException("ports lacks the " + service.title());
      }
    }
  }

  /** One on ports that are free. */
  public static Deployment onFreePorts(Path home, Path repository) {
    Service[] services = Service.values();
    List<Ports> free = Ports.free(services.length);
    Map<Service, Ports> ports = new EnumMap<>(Service.class);
    for (int i = 0; i < services.length; i++) {
      ports.put(services[i], free.get(i));
    }
    return new Deployment(home, repository, ports);
  }

  public RunDirectory runs() {
    return new RunDirectory(home.resolve("run"));
  }

  public Path logs() {
    return home.resolve("logs");
  }

  /** Settings of one service. */
  Map<String, String> settings(Service service) {
    Ports own = ports.get(service);
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "parallax.home",
                home.toString(),
                "quarkus.grpc.server.port",
                Integer.toString(own.grpc()),
                "quarkus.http.port",
                Integer.toString(own.http())));
    switch (service) {
      case TRAINER -> settings.put("parallax.trainer.repository", repository.toString());
      case EMBEDDING -> settings.put("parallax.embedding.repository", repository.toString());
      case EVAL ->
          settings.put(
              "parallax.eval.embedding.target", "127.0.0.1:" + ports.get(Service.EMBEDDING).grpc());
    }
    return settings;
  }
}
