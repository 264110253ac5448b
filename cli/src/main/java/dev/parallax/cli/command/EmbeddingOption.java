package dev.parallax.cli.command;

import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Embedding;
import dev.parallax.cli.local.Service;
import picocli.CommandLine.Option;

/** {@code --embedding}. */
final class EmbeddingOption {
  @Option(
      names = "--embedding",
      paramLabel = "HOST:PORT",
      description =
          "Where the embedding service is; default: PARALLAX_EMBEDDING, what 'up' started,"
              + " 127.0.0.1:8001.")
  private String target;

  Embedding open(Environment environment, PeerOptions peers) {
    return new Embedding(peers.open(environment, Service.EMBEDDING, target));
  }
}
