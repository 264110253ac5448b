package dev.parallax.embedding.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The operators of a graph by the names of their inputs and outputs. Shows that no size inside
 * depends on pixel values: then memory depends on the batch size alone, and a trial run tells it.
 */
final class OnnxNodes {
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> initializers = new HashSet<>();

  /**
   * @param operator of the default domain
   * @param inputs names; an empty one stands for an input that is not given
   */
  record Node(String name, String operator, List<String> inputs, List<String> outputs) {
    String label() {
      return "node '%s' (%s)".formatted(name, operator);
    }
  }

  void add(Node node) {
    nodes.add(node);
  }

  void addInput(String name) {
    inputs.add(name);
  }

  void addInitializer(String name) {
    initializers.add(name);
  }

  int count() {
    return nodes.size();
  }

  /**
   * @throws OnnxRefusedException when a node has an input that no earlier node gives, or takes its
   *     size from pixel values
   */
  void check() throws OnnxRefusedException {
    Set<String> known = new HashSet<>(inputs);
    known.addAll(initializers);
    known.add("");
    Set<String> fromPixels = new HashSet<>(inputs);
    fromPixels.removeAll(initializers);
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!known.contains(input)) {
          throw new OnnxRefusedException(
              "the %s takes '%s', which nothing before it gives".formatted(node.label(), input));
        }
      }
      checkSizes(node, fromPixels);
      known.addAll(node.outputs());
      if (Operators.dependsOnValues(node.operator())
          && node.inputs().stream().anyMatch(fromPixels::contains)) {
        fromPixels.addAll(node.outputs());
      }
    }
  }

  private static void checkSizes(Node node, Set<String> fromPixels) throws OnnxRefusedException {
    for (int index : Operators.sizeInputs(node.operator())) {
      if (index < node.inputs().size() && fromPixels.contains(node.inputs().get(index))) {
        throw new OnnxRefusedException(
            "the %s takes its size from pixel values; allowed: from constants and shapes"
                .formatted(node.label()));
      }
    }
  }
}
