package dev.parallax.eval.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parallax.eval.embeddings.Embeddings;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Features on disk, big-endian: the magic number; N and D as int32; N positions as int32; N · D
 * values as float32; the number of skipped images as int32, and name and reason of each as int32
 * length and UTF-8; at last the SHA-256 of all that.
 */
final class FeatureFile {
  private static final long MAGIC = 0x50_41_52_4c_46_45_41_31L; // "PARLFEA1"
  private static final int DIGEST_BYTES = 32;
  private static final int MAX_TEXT_BYTES = 1 << 16;

  private FeatureFile() {}

  /** Writes and forces to disk. */
  static void write(Path file, Features features) throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream raw = Channels.newOutputStream(channel);
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(new DigestOutputStream(raw, digest), 1 << 16))) {
      Embeddings embeddings = features.embeddings();
      out.writeLong(MAGIC);
      out.writeInt(embeddings.count());
      out.writeInt(embeddings.size());
      for (int position : features.positions()) {
        out.writeInt(position);
      }
      ByteBuffer row = ByteBuffer.allocate(4 * embeddings.size());
      for (int i = 0; i < embeddings.count(); i++) {
        row.clear()
            .asFloatBuffer()
            .put(embeddings.values(), embeddings.offset(i), embeddings.size());
        out.write(row.array());
      }
      out.writeInt(features.skipped().size());
      for (Skipped skipped : features.skipped()) {
        writeText(out, skipped.name());
        writeText(out, skipped.reason());
      }
      out.flush();
      raw.write(digest.digest());
      channel.force(true);
    }
  }

  /**
   * @throws IOException also when the file is not whole
   */
  static Features read(Path file) throws IOException {
    MessageDigest digest = sha256();
    long length = Files.size(file);
    try (BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        DataInputStream in = new DataInputStream(new DigestInputStream(raw, digest))) {
      check(in.readLong() == MAGIC, file);
      int count = in.readInt();
      int size = in.readInt();
      check(
          count >= 0
              && size >= 1
              && (long) count * size <= Integer.MAX_VALUE
              && 4L * count * (size + 1L) <= length,
          file);
      int[] positions = new int[count];
      for (int i = 0; i < count; i++) {
        positions[i] = in.readInt();
      }
      float[] values = new float[count * size];
      byte[] row = new byte[4 * size];
      for (int i = 0; i < count; i++) {
        in.readFully(row);
        ByteBuffer.wrap(row).asFloatBuffer().get(values, i * size, size);
      }
      List<Skipped> skipped = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        skipped.add(new Skipped(readText(in, file), readText(in, file)));
      }
      byte[] expected = digest.digest();
      check(MessageDigest.isEqual(expected, raw.readNBytes(DIGEST_BYTES)), file);
      return new Features(positions, new Embeddings(count, size, values), skipped);
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    int length = Math.min(bytes.length, MAX_TEXT_BYTES);
    out.writeInt(length);
    out.write(bytes, 0, length);
  }

  private static String readText(DataInputStream in, Path file) throws IOException {
    int length = in.readInt();
    check(length >= 0 && length <= MAX_TEXT_BYTES, file);
    return new String(in.readNBytes(length), UTF_8);
  }

  private static void check(boolean whole, Path file) throws IOException {
    if (!whole) {
      throw new IOException(file + " is not a whole file of features");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
