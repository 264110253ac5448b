package dev.parallax.cli.report;

import dev.parallax.model.v1.Manifest;

/** What to do with the model, ready to be copied. */
final class UsageSection {
  /** Not into the repository's root, where a file named parallax lies. */
  private static final String STUBS =
      """
      mkdir -p client
      python3 -m grpc_tools.protoc -I protos/src/main/proto \\
        --python_out=client --grpc_python_out=client \\
        parallax/embedding/v1/embedding.proto \\
        parallax/model/v1/manifest.proto parallax/trainer/v1/recipe.proto
      """;

  private UsageSection() {}

  static Html of(Manifest manifest) {
    return Html.of(
        """
        <section id="use"><h2>Use the model</h2>
        <div class="pair">
        <div><p>Start the services and embed files or folders:</p>{}
        <p>Or from Python, with stubs made once by <code>grpcio-tools</code>:</p>{}</div>
        <div><p>Then, in <code>client</code>:</p>{}</div>
        </div></section>
        """,
        copyable(shell(manifest)),
        copyable(STUBS),
        copyable(python(manifest)));
  }

  private static String shell(Manifest manifest) {
    return """
        ./parallax up
        ./parallax embed --model %s path/to/images
        """
        .formatted(manifest.getModel());
  }

  private static String python(Manifest manifest) {
    return """
        import grpc
        from parallax.embedding.v1 import embedding_pb2 as pb
        from parallax.embedding.v1 import embedding_pb2_grpc as rpc

        files = ["a.jpg", "b.jpg"]
        request = pb.EmbedRequest(
            model=pb.ModelSelector(model="%s", version=%d),
            images=[pb.Image(encoded=open(file, "rb").read()) for file in files],
            options=pb.EmbedOptions(l2_normalize=True))
        with grpc.insecure_channel("127.0.0.1:8001") as channel:
            response = rpc.EmbeddingServiceStub(channel).Embed(request)
        for file, result in zip(files, response.results):
            vector = result.vector.values  # %d numbers
            print(file, list(vector[:4]) or result.error.message)
        """
        .formatted(manifest.getModel(), manifest.getVersion(), manifest.getEmbeddingSize());
  }

  private static Html copyable(String text) {
    return Html.of("<div class=\"copy\"><pre>{}</pre></div>", text.strip());
  }
}
