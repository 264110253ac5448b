package dev.parallax.cli.local;

import java.util.Locale;

/** A service of Parallax. */
public enum Service {
  TRAINER("trainer", 8011, 8010),
  EMBEDDING("embedding service", 8001, 8000),
  EVAL("eval service", 8021, 8020);

  private final String title;
  private final int grpcPort;
  private final int httpPort;

  Service(String title, int grpcPort, int httpPort) {
    this.title = title;
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  /** One word, for files and options. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Directory of its Maven module. */
  public String module() {
    return key() + "-service";
  }

  public Ports defaultPorts() {
    return new Ports(grpcPort, httpPort);
  }

  /** The option that says where it is. */
  public String option() {
    return "--" + key();
  }

  /** The option that chooses its gRPC port. */
  public String portOption() {
    return "--" + key() + "-port";
  }

  /** The option that chooses its HTTP port. */
  public String httpPortOption() {
    return "--" + key() + "-http-port";
  }
}
