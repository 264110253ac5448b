package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.v1.EmbedRequest;
import dev.parallax.embedding.v1.EmbeddingServiceGrpc;
import dev.parallax.embedding.v1.Image;
import dev.parallax.embedding.v1.ModelSelector;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/** {@code Embed} with messages that are bytes: the load generator serialises nothing as it runs. */
final class Calls {
  static final MethodDescriptor<byte[], byte[]> EMBED =
      EmbeddingServiceGrpc.getEmbedMethod().toBuilder(new Bytes(), new Bytes()).build();

  // an EmbedResponse of many vectors may be larger than gRPC's 4 MiB
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private Calls() {}

  /** A connection of its own; callbacks run on its event loop. */
  static ManagedChannel connect(String target) {
    return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
        .directExecutor()
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        .build();
  }

  static List<ManagedChannel> connect(String target, int connections) {
    return IntStream.range(0, connections).mapToObj(_ -> connect(target)).toList();
  }

  /**
   * @param version 0: the newest
   */
  static EmbedRequest request(String model, long version, List<Image> images) {
    return EmbedRequest.newBuilder()
        .setModel(ModelSelector.newBuilder().setModel(model).setVersion(version))
        .addAllImages(images)
        .build();
  }

  private record Bytes() implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
