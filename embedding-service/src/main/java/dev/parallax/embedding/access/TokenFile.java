package dev.parallax.embedding.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * {@link NamedTokens} of a file, which is read again when {@link #refresh} finds that it has
 * changed. A file that has become wrong changes nothing and is logged.
 */
public final class TokenFile implements Authority {
  private static final Logger LOG = Logger.getLogger(TokenFile.class);
  private static final long MAX_BYTES = 1 << 20;

  private final Path file;
  private String read;
  private String complaint = "";
  private volatile NamedTokens tokens;

  /**
   * @throws IllegalArgumentException when the file cannot be read or is wrong, with its line
   */
  public TokenFile(Path file) {
    this.file = file;
    try {
      this.read = content();
      this.tokens = NamedTokens.parse(read.lines().toList());
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private String content() throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("it has " + Files.size(file) + " bytes; allowed: " + MAX_BYTES);
    }
    return Files.readString(file, UTF_8);
  }

  /** Reads the file again. Blocks. */
  public synchronized void refresh() {
    try {
      String now = content();
      if (!now.equals(read)) {
        tokens = NamedTokens.parse(now.lines().toList());
        read = now;
        LOG.infof("%s has changed; it lists %d tokens", file, tokens.size());
      }
      complaint = "";
    } catch (IOException | IllegalArgumentException e) {
      String told = e instanceof IOException io ? reason(io) : e.getMessage();
      if (!told.equals(complaint)) {
        complaint = told;
        LOG.warnf("%s is wrong, the tokens from before stay valid: %s", file, told);
      }
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }

  @Override
  public Optional<Caller> callerOf(String token) {
    return tokens.callerOf(token);
  }
}
