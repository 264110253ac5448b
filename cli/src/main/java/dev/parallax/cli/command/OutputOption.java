package dev.parallax.cli.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.cli.Environment;
import picocli.CommandLine.Option;

/** {@code --output}: for people or for machines. */
final class OutputOption {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace()
          .alwaysPrintFieldsWithNoPresence();

  private enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--output",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Text for people, or JSON in one line; progress goes to standard error.")
  private Format format = Format.TEXT;

  boolean json() {
    return format == Format.JSON;
  }

  static void print(Environment environment, JsonElement json) {
    environment.out().println(GSON.toJson(json));
  }

  /** With the fields' names as they are in the contract. */
  static JsonElement toJson(Message message) {
    try {
      return JsonParser.parseString(PRINTER.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our messages hold no Any", e);
    }
  }
}
