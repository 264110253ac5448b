package dev.parallax.trainer.worker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** One line for people about what a file system said. */
final class FileErrors {
  private FileErrors() {}

  static String describe(IOException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (message.contains("No space left on device")) {
      return "the disk is full ("
          + message
          + "); free some space and train again; the last checkpoint stays in the job's directory";
    }
    return switch (e) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      default -> message;
    };
  }
}
