package dev.parallax.cli.fake;

import dev.parallax.cli.local.Service;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fakes behind a port of the loopback. */
public final class FakeService {
  private FakeService() {}

  /** Plays the service that the first argument names, on the port and repository of the others. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Service service = Service.valueOf(args[0]);
    if (args[2].endsWith("unlucky")) {
      System.out.println("parallax " + service.key() + ": the moon is full");
      System.exit(1);
    }
    start(Integer.parseInt(args[1]), fake(service, Path.of(args[2]))).awaitTermination();
  }

  /**
   * @param port 0: any
   */
  public static Server start(int port, BindableService... services) throws IOException {
    var builder = Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create());
    for (BindableService service : services) {
      builder.addService(service);
    }
    // "" is the server as a whole, and serves from the start.
    return builder.addService(new HealthStatusManager().getHealthService()).build().start();
  }

  /** The command that runs this program as a child in the place of a service. */
  public static List<String> command(
      Service service, Map<String, String> settings, Path repository) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        FakeService.class.getName(),
        service.name(),
        settings.get("quarkus.grpc.server.port"),
        repository.toString());
  }

  private static BindableService fake(Service service, Path repository) {
    return switch (service) {
      case TRAINER -> new FakeTrainer(repository);
      case EMBEDDING -> new FakeEmbedding(repository);
      case EVAL -> new FakeEval();
    };
  }
}
