package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Trainer;
import dev.parallax.cli.local.Service;
import picocli.CommandLine.Option;

/** {@code --trainer}. */
final class TrainerOption {
  @Option(
      names = "--trainer",
      paramLabel = "HOST:PORT",
      description =
          "Where the trainer is; default: PARALLAX_TRAINER, what 'up' started, 127.0.0.1:8011.")
  private String target;

  Trainer open(Environment environment, PeerOptions peers) {
    return new Trainer(peers.open(environment, Service.TRAINER, target));
  }
}
