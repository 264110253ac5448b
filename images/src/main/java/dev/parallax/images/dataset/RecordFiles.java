package dev.parallax.images.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Random access to files of fixed records, gzipped or not; a gzipped one is unpacked to a temporary
 * file.
 */
final class RecordFiles implements AutoCloseable {
  /** CIFAR-100's training set is 154 MB and MNIST's families are 47 MB. */
  private static final long MAX_UNPACKED_BYTES = 4L << 30;

  private final Path temporary;
  private final FileChannel channel;

  private RecordFiles(Path temporary, FileChannel channel) {
    this.temporary = temporary;
    this.channel = channel;
  }

  static RecordFiles open(Path file) throws IOException {
    if (!isGzip(file)) {
      return new RecordFiles(null, FileChannel.open(file, StandardOpenOption.READ));
    }
    Path unpacked = Files.createTempFile("parallax-", ".records");
    try {
      unpack(file, unpacked);
      return new RecordFiles(
          unpacked,
          FileChannel.open(unpacked, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(unpacked);
      throw e;
    }
  }

  static InputStream stream(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    return isGzip(file) ? new GZIPInputStream(in) : in;
  }

  static boolean isGzip(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Exactly {@code length} bytes from {@code position} on. */
  byte[] read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file is cut off at byte " + channel.size());
      }
    }
    return bytes.array();
  }

  private static void unpack(Path from, Path to) throws IOException {
    try (InputStream in = stream(from);
        OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[1 << 16];
      long total = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
        if (total > MAX_UNPACKED_BYTES) {
          throw new IOException(
              from
                  + " unpacks to more than "
                  + MAX_UNPACKED_BYTES
                  + " bytes, which is the most allowed");
        }
        out.write(buffer, 0, n);
      }
    } catch (ZipException | java.io.EOFException e) {
      throw new IOException(from + " is not a whole gzip file: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
