package dev.parallax.embedding.benchmark;

import dev.parallax.embedding.benchmark.Crowd.Client;
import dev.parallax.embedding.benchmark.Crowd.Visit;
import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.inference.GRPCInferenceServiceGrpc;
import dev.parallax.inference.ServerLiveRequest;
import io.grpc.ManagedChannel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All kinds of clients at once: those whose answers are compared with ONNX Runtime's, and those
 * that no service wants. Publishes its model and then reads lines from standard input, each of
 * which it answers with a JSON line of all that has happened so far:
 *
 * <ul>
 *   <li>{@code start PORT HTTP_PORT}: the clients come, to a service on this machine
 *   <li>{@code rest}: every call ends and no other begins
 *   <li>{@code resume}
 *   <li>{@code stop}: the clients go
 * </ul>
 */
public final class SoakBenchmark {
  private static final int BATCH = 16;
  private static final int STEADY_CONNECTIONS = 4;

  private final KnownImages images = new KnownImages();
  private final Outcomes outcomes = new Outcomes();
  private final Crowd crowd = new Crowd(outcomes);
  private List<ManagedChannel> steady = List.of();
  private Optional<JsonCalls> json = Optional.empty();

  private SoakBenchmark() throws Exception {}

  /**
   * @param args the repository of the service
   */
  public static void main(String... args) throws Exception {
    var _ = new TestRepository(Path.of(args[0])).publish(KnownImages.NAME, KnownImages.MODEL);
    SoakBenchmark soak = new SoakBenchmark();
    soak.outcomes.line().print();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "start" -> {
          soak.start(Integer.parseInt(words[1]));
          soak.startHttp(Integer.parseInt(words[2]));
        }
        case "rest" -> soak.crowd.rest();
        case "resume" -> soak.crowd.resume();
        case "stop" -> soak.stop();
        default ->
            throw new IllegalArgumentException(
                "the command is '" + words[0] + "'; allowed: start, rest, resume, stop");
      }
      soak.outcomes.line().print();
    }
  }

  private void start(int port) {
    String target = "127.0.0.1:" + port;
    steady = Calls.connect(target, STEADY_CONNECTIONS);
    CheckedCalls checked = new CheckedCalls(images, outcomes);
    AbandonedCalls abandoned = new AbandonedCalls(images, outcomes);
    WrongCalls wrong = new WrongCalls(images, outcomes);
    RudeConnections rude =
        new RudeConnections(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            images.embed(0, BATCH).toByteArray(),
            outcomes);
    ManagedChannel own = steady.get(0);
    ManagedChannel inference = steady.get(1);
    ManagedChannel abandoning = steady.get(2);
    ManagedChannel erring = steady.get(3);
    crowd.start(
        List.of(
            client("embed", 10, kind -> checked.embed(kind, own, 1)),
            client("embed batch", 40, kind -> checked.embed(kind, own, BATCH)),
            client("embed stream", 100, kind -> checked.embedStream(kind, own)),
            client("infer", 10, kind -> checked.inferPixels(kind, inference, 1)),
            client("infer batch", 40, kind -> checked.inferFiles(kind, inference, BATCH)),
            client("infer stream", 100, kind -> checked.inferStream(kind, inference)),
            client("connects anew", 100, kind -> connectsAnew(kind, target, checked)),
            client("cancels", 40, kind -> abandoned.cancelled(kind, abandoning)),
            client("cancels stream", 100, kind -> abandoned.cancelledStream(kind, abandoning)),
            client("reads nothing", 100, kind -> abandoned.readsNothing(kind, abandoning)),
            client("short deadline", 60, kind -> abandoned.shortDeadline(kind, abandoning)),
            client("short timeout", 60, kind -> abandoned.shortTimeout(kind, abandoning)),
            client("garbage", 50, kind -> wrong.garbage(kind, erring)),
            client("too large", 5_000, kind -> wrong.tooLarge(kind, erring)),
            client("corrupt images", 60, kind -> wrong.corruptImages(kind, erring)),
            client("corrupt tensor", 60, kind -> wrong.corruptTensor(kind, erring)),
            client("unknown model", 60, kind -> wrong.unknownModel(kind, erring)),
            client("wrong shape", 60, kind -> wrong.wrongShape(kind, erring)),
            client("comes and goes", 50, rude::comesAndGoes),
            client("dies", 50, rude::dies),
            client("stands", 100, rude::stands),
            client("noise", 50, rude::noise)));
  }

  private void startHttp(int port) {
    JsonCalls calls = new JsonCalls(port, images, outcomes);
    json = Optional.of(calls);
    crowd.start(
        List.of(
            client("json embeddings", 20, kind -> calls.embeddings(kind, 1)),
            client("json embeddings batch", 60, kind -> calls.embeddings(kind, BATCH)),
            client("json infer", 20, kind -> calls.infer(kind, 1)),
            client("json garbage", 50, calls::garbage),
            client("json stands", 100, calls::stands)));
  }

  /** A visit that knows under which name it is counted. */
  @FunctionalInterface
  private interface Named {
    void once(String kind) throws Exception;
  }

  private static Client client(String kind, int pauseMillis, Named visit) {
    Visit once = () -> visit.once(kind);
    return new Client(kind, Duration.ofMillis(pauseMillis), once);
  }

  private static void connectsAnew(String kind, String target, CheckedCalls checked)
      throws InterruptedException {
    ManagedChannel channel = Calls.connect(target);
    try {
      var _ =
          GRPCInferenceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(1, TimeUnit.MINUTES)
              .serverLive(ServerLiveRequest.getDefaultInstance());
      checked.embed(kind, channel, 1);
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private void stop() throws InterruptedException {
    crowd.stop();
    json.ifPresent(JsonCalls::close);
    for (ManagedChannel channel : steady) {
      channel.shutdownNow();
      channel.awaitTermination(1, TimeUnit.MINUTES);
    }
  }
}
