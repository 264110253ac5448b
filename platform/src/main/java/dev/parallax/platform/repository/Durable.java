package dev.parallax.platform.repository;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that are on the disk when a method returns. */
final class Durable {
  private Durable() {}

  static FileChannel newFile(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel out = newFile(file)) {
      writeFully(out, ByteBuffer.wrap(bytes));
      out.force(true);
    }
  }

  static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** A rename is durable only when the directory is, too. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
