package dev.parallax.platform.startup;

import java.io.PrintStream;
import java.net.BindException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what a start died of into one line. */
public final class StartupFailures {
  /** Set this environment variable to anything to see stack traces. */
  public static final String TRACE_VARIABLE = "PARALLAX_TRACE";

  private static final Pattern PORT =
      Pattern.compile("(?:port\\(?s?\\)?\\D{0,40}|:)(\\d{2,5})\\b", Pattern.CASE_INSENSITIVE);

  private StartupFailures() {}

  /**
   * Prints {@code <service>: <line>}, and the stack trace when {@value #TRACE_VARIABLE} is set.
   *
   * @param service what the user started: "trainer"
   */
  public static void print(String service, Throwable failure, PrintStream err) {
    err.println(service + ": " + line(failure));
    if (System.getenv(TRACE_VARIABLE) != null) {
      failure.printStackTrace(err);
    }
  }

  /** Why the start failed, and what helps where that is known. */
  public static String line(Throwable failure) {
    List<Throwable> chain = chain(failure);
    for (Throwable cause : chain) {
      if (cause instanceof StartupException) {
        return oneLine(cause.getMessage());
      }
    }
    for (Throwable cause : chain) {
      if (cause instanceof BindException) {
        return taken(chain);
      }
    }
    for (Throwable cause : chain) {
      if (cause.getClass().getName().startsWith("io.smallrye.config.")
          || cause.getClass().getSimpleName().equals("ConfigurationException")) {
        return "a setting is wrong: " + oneLine(cause.getMessage());
      }
    }
    Throwable root = chain.getLast();
    return "cannot start: "
        + oneLine(root.getMessage() == null ? root.toString() : root.getMessage())
        + " ("
        + root.getClass().getSimpleName()
        + "; set "
        + TRACE_VARIABLE
        + "=1 for the stack trace)";
  }

  private static String taken(List<Throwable> chain) {
    for (Throwable cause : chain) {
      Matcher port = PORT.matcher(String.valueOf(cause.getMessage()));
      if (port.find()) {
        return "port "
            + port.group(1)
            + " cannot be opened, most likely because another program listens on it; stop that one or choose another"
            + " port";
      }
    }
    return "a port cannot be opened: " + oneLine(chain.getLast().getMessage());
  }

  /** From the outermost to the root; suppressed ones are left out. */
  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
