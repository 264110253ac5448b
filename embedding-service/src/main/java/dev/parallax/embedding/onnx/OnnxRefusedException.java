package dev.parallax.embedding.onnx;

/** A file that must not be opened; the message says why in one line. */
public final class OnnxRefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CHARS = 1000;

  public OnnxRefusedException(String reason) {
    super(oneLine(reason));
  }

  /** Names in a file may hold anything. */
  private static String oneLine(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS - 1) + "…";
  }
}
