package dev.parallax.embedding.onnx;

import dev.parallax.embedding.onnx.OnnxNodes.Node;
import dev.parallax.embedding.onnx.WireReader.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A look at the structure of an ONNX file that reads no weights. Accepts what an encoder needs: one
 * graph of {@link Operators} of the default domain in topological order, without functions,
 * subgraphs, sparse tensors and data in other files. Field numbers are those of onnx.proto, IR
 * version 8.
 */
public final class OnnxInspection {
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_TENSORS_PER_NODE = 1024;
  private static final long MAX_NAMES_BYTES = 64L << 20;
  private static final Set<String> DEFAULT_DOMAIN = Set.of("", "ai.onnx");

  private final WireReader reader;
  private final OnnxLimits limits;
  private final OnnxNodes nodes = new OnnxNodes();
  private boolean graphSeen;
  private long nameBytes;

  private OnnxInspection(WireReader reader, OnnxLimits limits) {
    this.reader = reader;
    this.limits = limits;
  }

  /**
   * @throws OnnxRefusedException one line: what is wrong and what is allowed
   * @throws IOException when the file cannot be read
   */
  public static void inspect(Path file, OnnxLimits limits)
      throws IOException, OnnxRefusedException {
    long size = Files.size(file);
    if (size < 1 || size > limits.fileBytes()) {
      throw new OnnxRefusedException(
          "it has %d bytes; allowed: 1 to %d".formatted(size, limits.fileBytes()));
    }
    try (WireReader reader = new WireReader(file)) {
      new OnnxInspection(reader, limits).model();
    }
  }

  private void model() throws IOException, OnnxRefusedException {
    reader.fields(
        field -> {
          switch (field.number()) {
            case 7 -> {
              once("graph", graphSeen);
              graphSeen = true;
              reader.fields(field, this::graphField);
            }
            case 8 -> reader.fields(field, this::operatorSetField);
            case 20 -> throw refused("it has training_info; allowed: a graph for inference alone");
            case 25 -> throw refused("it defines functions of its own; allowed: operators of ONNX");
            default -> {
              // versions, producer, documentation and properties
            }
          }
        });
    if (!graphSeen || nodes.count() == 0) {
      throw refused("it is not an ONNX file: it has no graph");
    }
    nodes.check();
  }

  private void operatorSetField(Field field) throws IOException, OnnxRefusedException {
    if (field.number() == 1) {
      requireDefaultDomain("it imports operators of", reader.text(field, MAX_NAME_BYTES));
    }
  }

  private void graphField(Field field) throws IOException, OnnxRefusedException {
    switch (field.number()) {
      case 1 -> {
        if (nodes.count() >= limits.nodes()) {
          throw refused("it has more than %d operators".formatted(limits.nodes()));
        }
        nodes.add(node(field));
      }
      case 5 -> nodes.addInitializer(counted(TensorCheck.check(reader, field, MAX_NAME_BYTES)));
      case 11 ->
          reader.fields(
              field,
              part -> {
                if (part.number() == 1) {
                  nodes.addInput(name(part));
                }
              });
      case 15 -> throw refused("it has sparse initializers; allowed: dense ones");
      default -> {
        // outputs, value infos and documentation
      }
    }
  }

  private Node node(Field node) throws IOException, OnnxRefusedException {
    NodeParts parts = new NodeParts();
    reader.fields(
        node,
        field -> {
          switch (field.number()) {
            case 1 -> add(parts.inputs, field);
            case 2 -> add(parts.outputs, field);
            case 3 -> parts.name = name(field);
            case 4 -> parts.operator = name(field);
            case 5 -> attribute(field);
            case 7 -> parts.domain = name(field);
            default -> {
              // documentation, overloads of functions
            }
          }
        });
    Node read = new Node(parts.name, parts.operator, parts.inputs, parts.outputs);
    requireDefaultDomain("the " + read.label() + " is of", parts.domain);
    if (!Operators.isAllowed(read.operator())) {
      throw refused(
          "the %s is no operator of an encoder; docs/embedding.md lists what is allowed"
              .formatted(read.label()));
    }
    return read;
  }

  private static final class NodeParts {
    private String name = "";
    private String operator = "";
    private String domain = "";
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
  }

  private void add(List<String> names, Field field) throws IOException, OnnxRefusedException {
    if (names.size() >= MAX_TENSORS_PER_NODE) {
      throw refused("a node has more than %d inputs or outputs".formatted(MAX_TENSORS_PER_NODE));
    }
    names.add(name(field));
  }

  private void attribute(Field attribute) throws IOException, OnnxRefusedException {
    boolean[] seen = new boolean[1];
    reader.fields(
        attribute,
        field -> {
          switch (field.number()) {
            case 5 -> {
              once("tensor in an attribute", seen[0]);
              seen[0] = true;
              TensorCheck.check(reader, field, MAX_NAME_BYTES);
            }
            case 10 -> TensorCheck.check(reader, field, MAX_NAME_BYTES);
            case 6, 11 -> throw refused("a node holds a graph of its own; allowed: one flat graph");
            case 22, 23 -> throw refused("a node holds a sparse tensor; allowed: dense ones");
            default -> {
              // numbers and strings
            }
          }
        });
  }

  private String name(Field field) throws IOException, OnnxRefusedException {
    return counted(reader.text(field, MAX_NAME_BYTES));
  }

  private String counted(String name) throws OnnxRefusedException {
    nameBytes += name.length();
    if (nameBytes > MAX_NAMES_BYTES) {
      throw refused("its names have more than %d bytes together".formatted(MAX_NAMES_BYTES));
    }
    return name;
  }

  /** Protobuf merges repeated occurrences, and the sum would not be what was looked at. */
  private static void once(String what, boolean seen) throws OnnxRefusedException {
    if (seen) {
      throw refused("it has a second %s; allowed: one".formatted(what));
    }
  }

  private static void requireDefaultDomain(String what, String domain) throws OnnxRefusedException {
    if (!DEFAULT_DOMAIN.contains(domain)) {
      throw refused("%s the domain '%s'; allowed: ai.onnx, the default".formatted(what, domain));
    }
  }

  private static OnnxRefusedException refused(String why) {
    return new OnnxRefusedException(why);
  }
}
