package dev.parallax.cli.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in words: the JDK's exceptions often hold no more than a name. */
final class FileErrors {
  private FileErrors() {}

  static String line(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case AccessDeniedException denied ->
          denied.getFile() + " cannot be opened: permission denied";
      case FileSystemException other -> {
        String reason = other.getReason() == null ? other.toString() : other.getReason();
        yield other.getFile() + ": " + reason;
      }
      case FileNotFoundException missing -> missing.getMessage();
      case IOException other -> String.valueOf(other.getMessage());
    };
  }
}
