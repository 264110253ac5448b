package dev.parallax.cli.quickstart;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.Interruption.Registration;
import dev.parallax.cli.client.Connector;
import dev.parallax.cli.local.Deployment;
import dev.parallax.cli.local.Service;
import dev.parallax.cli.local.ServiceProgram;
import dev.parallax.cli.local.Supervisor;
import dev.parallax.cli.terminal.ProgressLine;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A quickstart with everything around it: a workspace, services of its own, and their end however
 * it ends.
 */
public final class QuickstartRun {
  private final Environment environment;
  private final ServiceProgram program;

  public QuickstartRun(Environment environment, ServiceProgram program) {
    this.environment = environment;
    this.program = program;
  }

  /**
   * @param keep leave the services running after the result until the user ends the command
   * @param print gets the result as soon as it is there
   * @throws CliException when something is wrong with the request, or fails on the way
   */
  public void run(Request request, boolean keep, Consumer<Result> print) throws IOException {
    Plan plan = Plan.of(request, environment.workingDirectory());
    plan.remarks().forEach(environment.terminal()::line);
    Workspace workspace = Workspace.create(environment.home().resolve("quickstart"));
    Supervisor supervisor =
        new Supervisor(
            environment,
            program,
            Connector.plain(),
            Deployment.onFreePorts(workspace.path(), environment.home().resolve("models")));
    ProgressLine line = new ProgressLine(environment.terminal());
    try (workspace;
        Registration _ =
            environment
                .interruption()
                .on(
                    () -> {
                      line.say("stopping the services");
                      supervisor.stop();
                      workspace.delete();
                    })) {
      try (line) {
        Result result = new Quickstart(environment, supervisor, request, plan, line).run();
        line.clear();
        print.accept(result);
        if (keep) {
          waitForInterruption(supervisor);
        }
      } finally {
        supervisor.stop();
      }
      workspace.delete();
    }
  }

  private void waitForInterruption(Supervisor supervisor) {
    StringBuilder running = new StringBuilder("the services go on running until Ctrl-C:");
    for (Service service : Service.values()) {
      running
          .append(' ')
          .append(service.option())
          .append(" 127.0.0.1:")
          .append(supervisor.deployment().ports().get(service).grpc());
    }
    environment.terminal().line(running.toString());
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
