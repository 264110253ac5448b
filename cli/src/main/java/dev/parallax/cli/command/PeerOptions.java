package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Connector;
import dev.parallax.cli.client.Peer;
import dev.parallax.cli.client.Target;
import dev.parallax.cli.local.RunDirectory;
import dev.parallax.cli.local.RunRecord;
import dev.parallax.cli.local.Service;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How services are called. */
final class PeerOptions {
  @Option(names = "--tls", description = "Speak TLS with the services.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Authorities to trust, PEM, in place of Java's; implies --tls.")
  private Path authorities;

  /** Presents PARALLAX_TOKEN where it is set. */
  Connector connector(Environment environment) {
    return new Connector(
        environment.variable("PARALLAX_TOKEN"),
        tls || authorities != null,
        Optional.ofNullable(authorities).map(environment.workingDirectory()::resolve));
  }

  /**
   * @param given what the user wrote behind the service's option; null: nothing
   */
  Peer open(Environment environment, Service service, String given) {
    return connector(environment)
        .open(service.title(), service.option(), target(environment, service, given));
  }

  /** Given, from the environment, started by 'up', or the default: the first that there is. */
  private static Target target(Environment environment, Service service, String given) {
    if (given != null) {
      return Target.parse(service.option(), given);
    }
    String variable = "PARALLAX_" + service.key().toUpperCase(Locale.ROOT);
    return environment
        .variable(variable)
        .map(value -> Target.parse(variable, value))
        .or(
            () ->
                new RunDirectory(environment.home().resolve("run"))
                    .running(service)
                    .map(RunRecord::target))
        .orElseGet(() -> Target.local(service.defaultPorts().grpc()));
  }
}
