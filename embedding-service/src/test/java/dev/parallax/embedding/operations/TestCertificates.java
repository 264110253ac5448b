package dev.parallax.embedding.operations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Authorities and certificates that keytool makes when the test runs. */
final class TestCertificates {
  static final String PASSWORD = "changeit";
  private final Path directory;

  TestCertificates(Path directory) {
    this.directory = directory;
  }

  Path pem(String name) {
    return directory.resolve(name + ".pem");
  }

  Path key(String name) {
    return directory.resolve(name + ".key");
  }

  Path store(String name) {
    return directory.resolve(name + ".p12");
  }

  void authority(String name) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-ext",
        "bc:c",
        "-keystore",
        store(name).toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        name,
        "-keystore",
        store(name).toString(),
        "-file",
        pem(name).toString());
  }

  /**
   * A certificate for 127.0.0.1.
   *
   * @param start as keytool has it: {@code -1d}
   */
  void certificate(String name, String authority, String start, int days) throws Exception {
    Path request = directory.resolve(name + ".csr");
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-keystore",
        store(name).toString());
    keytool(
        "-certreq",
        "-alias",
        name,
        "-keystore",
        store(name).toString(),
        "-file",
        request.toString());
    keytool(
        "-gencert",
        "-rfc",
        "-alias",
        authority,
        "-keystore",
        store(authority).toString(),
        "-infile",
        request.toString(),
        "-outfile",
        pem(name).toString(),
        "-startdate",
        start,
        "-validity",
        Integer.toString(days),
        "-ext",
        "san=ip:127.0.0.1,dns:localhost");
    writeKey(name);
  }

  /** A store of the authority alone, for what trusts it. */
  Path trusting(String authority) throws Exception {
    Path store = store(authority + "-trust");
    keytool(
        "-importcert",
        "-alias",
        authority,
        "-file",
        pem(authority).toString(),
        "-keystore",
        store.toString());
    return store;
  }

  private void writeKey(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store(name))) {
      store.load(in, PASSWORD.toCharArray());
    }
    Key key = store.getKey(name, PASSWORD.toCharArray());
    Files.writeString(
        key(name),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD, "-noprompt"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + told);
    }
  }
}
