package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.local.Service;
import picocli.CommandLine.Option;

/** {@code --eval}. */
final class EvalOption {
  @Option(
      names = "--eval",
      paramLabel = "HOST:PORT",
      description =
          "Where the eval service is; default: PARALLAX_EVAL, what 'up' started, 127.0.0.1:8021.")
  private String target;

  Eval open(Environment environment, PeerOptions peers) {
    return new Eval(peers.open(environment, Service.EVAL, target));
  }
}
