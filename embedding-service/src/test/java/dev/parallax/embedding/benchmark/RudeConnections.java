package dev.parallax.embedding.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Connections that break off, stand still, or speak another language; by sockets, without gRPC. */
final class RudeConnections {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int FRAME_BYTES = 16_384;
  private static final int PATIENCE_MILLIS = 60_000;

  private final InetSocketAddress address;
  private final byte[] request;
  private final Outcomes outcomes;

  /**
   * @param request a message of Embed
   */
  RudeConnections(InetSocketAddress address, byte[] request, Outcomes outcomes) {
    this.address = address;
    this.request = request;
    this.outcomes = outcomes;
  }

  /** Connects, says hello or nothing, and closes. */
  void comesAndGoes(String kind) throws IOException {
    try (Socket socket = connect()) {
      if (ThreadLocalRandom.current().nextBoolean()) {
        socket.getOutputStream().write(PREFACE);
        frame(socket.getOutputStream(), SETTINGS, 0, 0, new byte[0]);
      }
    }
    outcomes.ended(kind, "closed");
  }

  /** Is gone in the middle of its message, or while the answer is computed: a reset, no goodbye. */
  void dies(String kind) throws Exception {
    try (Socket socket = connect()) {
      send(socket, ThreadLocalRandom.current().nextBoolean());
      TimeUnit.MICROSECONDS.sleep(CheckedCalls.random(20_000));
      socket.setSoLinger(true, 0);
    }
    outcomes.ended(kind, "reset");
  }

  /** Stops in the middle of its message for longer than the service waits. */
  void stands(String kind) throws Exception {
    try (Socket socket = connect()) {
      send(socket, false);
      TimeUnit.MILLISECONDS.sleep(1_000 + CheckedCalls.random(6_000));
      socket.setSoLinger(true, 0);
    }
    outcomes.ended(kind, "reset");
  }

  /** What is no HTTP/2, until the service closes. */
  void noise(String kind) throws IOException {
    byte[] garbage = new byte[64];
    ThreadLocalRandom.current().nextBytes(garbage);
    List<byte[]> words =
        List.of(
            "GET /q/health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII),
            // a TLS hello
            HexFormat.of().parseHex("1603010200010001fc0303" + "5a".repeat(32)),
            garbage);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(words.get(CheckedCalls.random(words.size())));
      var _ = socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // a reset, as more was sent than read
    }
    outcomes.ended(kind, "closed");
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(address, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** A call, whole or without the end of its message. */
  private void send(Socket socket, boolean whole) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(PREFACE);
    frame(out, SETTINGS, 0, 0, new byte[0]);
    frame(out, HEADERS, END_HEADERS, 1, headers());
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(0);
    new DataOutputStream(message).writeInt(request.length);
    message.writeBytes(request);
    byte[] bytes = message.toByteArray();
    int end = whole ? bytes.length : CheckedCalls.random(bytes.length);
    for (int from = 0; from < end; from += FRAME_BYTES) {
      int to = Math.min(end, from + FRAME_BYTES);
      byte[] part = Arrays.copyOfRange(bytes, from, to);
      frame(out, DATA, to == bytes.length ? END_STREAM : 0, 1, part);
    }
    out.flush();
  }

  /** RFC 9113, 4.1. */
  private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeByte(payload.length >> 16);
    data.writeShort(payload.length);
    data.writeByte(type);
    data.writeByte(flags);
    data.writeInt(stream);
    data.write(payload);
  }

  /** Literals without indexing and without Huffman coding; RFC 7541, 6.2.2. */
  private static byte[] headers() {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (String[] header :
        new String[][] {
          {":method", "POST"},
          {":scheme", "http"},
          {":path", "/parallax.embedding.v1.EmbeddingService/Embed"},
          {":authority", "127.0.0.1"},
          {"content-type", "application/grpc"},
          {"te", "trailers"}
        }) {
      block.write(0);
      for (String text : header) {
        block.write(text.length());
        block.writeBytes(text.getBytes(US_ASCII));
      }
    }
    return block.toByteArray();
  }
}
