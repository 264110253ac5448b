package dev.parallax.embedding.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parallax.embedding.fixtures.TestRepository;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Against S3Proxy, a server of the S3 API, in a process of its own. */
final class S3MirrorTest {
  private static final Path SERVER = Path.of("target/s3/s3proxy.jar").toAbsolutePath();
  private static final TinyModel TINY = new TinyModel(8, 4, 1);
  private static final long LARGE = 1 << 20;

  @TempDir static Path data;
  private static int port;
  private static Process server;
  private static S3Client s3;

  @TempDir Path directory;
  private TestRepository published;
  private ModelRepository cache;
  private String bucket;

  @BeforeAll
  static void start() throws Exception {
    assumeThat(SERVER).as("the S3 server that the build copies").exists();
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    startServer();
    System.setProperty("aws.accessKeyId", "id");
    System.setProperty("aws.secretAccessKey", "secret");
    s3 = S3Clients.open(Optional.of(URI.create("http://127.0.0.1:" + port)), "us-east-1", true);
  }

  private static void startServer() throws Exception {
    Path settings =
        Files.writeString(
            data.resolve("s3proxy.conf"),
            """
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=id
        s3proxy.credential=secret
        s3proxy.endpoint=http://127.0.0.1:%d
        jclouds.provider=filesystem
        jclouds.filesystem.basedir=%s
        """
                .formatted(port, Files.createDirectories(data.resolve("objects"))));
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                SERVER.toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    var log = server.inputReader();
    for (String line = log.readLine(); ; line = log.readLine()) {
      assertThat(line).as("the S3 server ended").isNotNull();
      if (line.contains("Started Server")) {
        break;
      }
    }
    Thread.ofVirtual().start(() -> log.lines().forEach(line -> {}));
  }

  @AfterAll
  static void stop() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    if (server != null) {
      server.destroyForcibly();
    }
  }

  @BeforeEach
  void open() {
    published = new TestRepository(directory.resolve("published"));
    cache = new ModelRepository(directory.resolve("cache"));
    bucket = "models-" + Math.floorMod(System.nanoTime(), 1_000_000_000L);
    s3.createBucket(r -> r.bucket(bucket));
  }

  @Test
  void aVersionAppears_whenItsManifestIsThere_verified() throws IOException {
    StoredModel model = published.publish("m", TINY);
    S3Mirror mirror = mirror(LARGE);
    put("m/1/model.onnx", Files.readAllBytes(model.onnx()));
    mirror.update();
    assertThat(cache.models()).isEmpty();
    assertThat(mirror.isUsable()).isTrue();

    put("m/1/manifest.json", manifest(model));
    mirror.update();
    assertThat(cache.versions("m")).containsExactly(1L);
    cache.verify(cache.read("m", 1));
    assertThat(directory.resolve("cache/.staging")).isEmptyDirectory();
  }

  @Test
  void whatGoesInTheBucket_goes_andAliasesFollow() throws IOException {
    upload(published.publish("m", TINY));
    upload(published.publish("m", TINY));
    put(
        "m/aliases.json",
        "{\"aliases\": [{\"name\": \"stable\", \"version\": \"1\"}]}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    S3Mirror mirror = mirror(LARGE);
    mirror.update();
    assertThat(cache.versions("m")).containsExactly(1L, 2L);
    assertThat(cache.aliases("m").getAliases(0).getVersion()).isEqualTo(1);

    s3.deleteObject(r -> r.bucket(bucket).key("repo/m/2/manifest.json"));
    s3.deleteObject(r -> r.bucket(bucket).key("repo/m/aliases.json"));
    mirror.update();
    assertThat(cache.versions("m")).containsExactly(1L);
    assertThat(cache.aliases("m").getAliasesCount()).isZero();
  }

  @Test
  void aModelThatIsNotItsManifests_isNotTaken() throws IOException {
    StoredModel model = published.publish("m", TINY);
    byte[] changed = Files.readAllBytes(model.onnx());
    changed[100] ^= 1;
    put("m/1/model.onnx", changed);
    put("m/1/manifest.json", manifest(model));
    put("n/1/model.onnx", new byte[3]);
    put("n/1/manifest.json", manifest(model));
    put("../x/1/model.onnx".replace("..", "%2e%2e"), changed);
    mirror(LARGE).update();
    assertThat(cache.models()).isEmpty();
    assertThat(directory.resolve("cache/.staging")).isEmptyDirectory();
  }

  @Test
  void theCacheIsBounded_andTheNewestComeFirst() throws IOException {
    for (String name : List.of("m", "n")) {
      for (int i = 0; i < 3; i++) {
        upload(published.publish(name, TINY));
      }
    }
    StoredModel one = published.models().read("m", 1);
    long size = one.manifest().getSizeBytes() + manifest(one).length + 10;
    mirror(3 * size).update();
    assertThat(cache.versions("m")).containsExactly(2L, 3L);
    assertThat(cache.versions("n")).containsExactly(3L);
  }

  @Test
  void whileS3IsAway_whatIsThereStays_andItIsTakenUpAgain() throws Exception {
    upload(published.publish("m", TINY));
    S3Mirror mirror = mirror(LARGE);
    mirror.update();
    server.destroyForcibly().waitFor();
    mirror.update();
    assertThat(cache.versions("m")).containsExactly(1L);
    S3Mirror restarted = mirror(LARGE);
    restarted.update();
    assertThat(restarted.isUsable()).isTrue();

    startServer();
    upload(published.publish("m", TINY));
    mirror.update();
    assertThat(cache.versions("m")).containsExactly(1L, 2L);
  }

  @Test
  void placesThatCannotBe_areRefused() {
    assertThat(S3Location.parse("s3://bucket")).isEqualTo(new S3Location("bucket", ""));
    assertThat(S3Location.parse("s3://bucket/a/b")).isEqualTo(new S3Location("bucket", "a/b/"));
    assertThatThrownBy(() -> S3Location.parse("s3://B_/x"))
        .hasMessage("repository is \"s3://B_/x\"; allowed: a directory or s3://bucket/prefix");
  }

  private S3Mirror mirror(long maxBytes) {
    return new S3Mirror(s3, S3Location.parse("s3://" + bucket + "/repo"), cache, maxBytes);
  }

  private void upload(StoredModel model) throws IOException {
    put(model.label() + "/model.onnx", Files.readAllBytes(model.onnx()));
    put(model.label() + "/manifest.json", manifest(model));
  }

  private static byte[] manifest(StoredModel model) throws IOException {
    return Files.readAllBytes(model.directory().resolve("manifest.json"));
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(r -> r.bucket(bucket).key("repo/" + key), RequestBody.fromBytes(bytes));
  }
}
