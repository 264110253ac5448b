package dev.parallax.platform.repository;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.model.v1.Alias;
import dev.parallax.model.v1.Aliases;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.names.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Reads and checks aliases.json. */
final class AliasFile {
  static final int MAX_BYTES = 1 << 16;

  private static final String CANARY = "canary";
  private static final int MAX_ALIASES = 32;
  private static final int MAX_PERCENT = 100;

  private AliasFile() {}

  /**
   * @return without any when there is no file
   * @throws IOException one line: why the file cannot be used
   */
  static Aliases read(Path file) throws IOException {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Aliases.getDefaultInstance();
    }
    if (json.length > MAX_BYTES) {
      throw new IOException("it has more than " + MAX_BYTES + " bytes");
    }
    Aliases.Builder aliases = Aliases.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(json, StandardCharsets.UTF_8), aliases);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("it holds no aliases in JSON: " + e.getMessage(), e);
    }
    try {
      return checked(aliases.build());
    } catch (RequestException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static byte[] json(Aliases aliases) throws InvalidProtocolBufferException {
    return (JsonFormat.printer().print(aliases) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws RequestException INVALID_ARGUMENT
   */
  static Aliases checked(Aliases aliases) {
    if (aliases.getAliasesCount() > MAX_ALIASES) {
      throw RequestException.invalidBecause(
          "aliases",
          "aliases has %d entries; allowed: at most %d"
              .formatted(aliases.getAliasesCount(), MAX_ALIASES));
    }
    Set<String> names = new HashSet<>();
    for (Alias alias : aliases.getAliasesList()) {
      if (!names.add(Names.alias("alias.name", alias.getName()))) {
        throw RequestException.invalid("alias.name", alias.getName(), "each name once");
      }
      if (alias.getVersion() < 1) {
        throw RequestException.invalid("alias.version", alias.getVersion(), "1 or more");
      }
      int most = alias.getName().equals(CANARY) ? MAX_PERCENT : 0;
      if (alias.getTrafficPercent() < 0 || alias.getTrafficPercent() > most) {
        throw RequestException.invalid(
            "alias.traffic_percent",
            alias.getTrafficPercent(),
            most == 0 ? "0, except for canary" : "0 to " + MAX_PERCENT);
      }
    }
    return aliases;
  }
}
