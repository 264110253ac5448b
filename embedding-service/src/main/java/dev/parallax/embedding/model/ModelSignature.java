package dev.parallax.embedding.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes into a model and what comes out: uint8 {@code [N, side, side, 3]} to float32 {@code [N,
 * size]} per output.
 *
 * @param input name of the input
 * @param side height and width of the input, pixels
 * @param outputs size of each output by name; {@link #EMBEDDING} is among them
 */
public record ModelSignature(String input, int side, Map<String, Integer> outputs) {
  /** The output every model has: h, pooled. */
  public static final String EMBEDDING = "embedding";

  private static final int MAX_SIDE = 4096;
  private static final int MAX_SIZE = 1 << 16;
  private static final int CHANNELS = 3;

  public ModelSignature {
    outputs = Map.copyOf(outputs);
  }

  /** Bytes of one image. */
  public int imageBytes() {
    return side * side * CHANNELS;
  }

  /**
   * Compares what the manifest promises with what the session has.
   *
   * @throws ModelRejectedException when they differ, or when the model is not of our kind
   */
  static ModelSignature of(
      Manifest manifest, Map<String, NodeInfo> inputs, Map<String, NodeInfo> outputs)
      throws ModelRejectedException {
    int side = manifest.getPreprocessing().getImageSize();
    require(
        side >= 1 && side <= MAX_SIDE,
        "the manifest's preprocessing.image_size is %s; allowed: 1 to %s"
            .formatted(side, MAX_SIDE));
    int shorter = manifest.getPreprocessing().getResizeShorterSide();
    require(
        shorter >= side && shorter <= 2 * MAX_SIDE,
        "the manifest's preprocessing.resize_shorter_side is %s; allowed: %s to %s"
            .formatted(shorter, side, 2 * MAX_SIDE));
    require(
        inputs.size() == 1,
        "the model has the inputs %s; allowed: one, uint8 [N, %s, %s, 3]"
            .formatted(inputs.keySet(), side, side));
    Map.Entry<String, NodeInfo> input = inputs.entrySet().iterator().next();
    checkTensor("input", input, OnnxJavaType.UINT8, new long[] {-1, side, side, CHANNELS});
    checkPromises("inputs", manifest.getInputsList(), inputs);
    checkPromises("outputs", manifest.getOutputsList(), outputs);
    return new ModelSignature(input.getKey(), side, sizes(manifest, outputs));
  }

  private static Map<String, Integer> sizes(Manifest manifest, Map<String, NodeInfo> outputs)
      throws ModelRejectedException {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Map.Entry<String, NodeInfo> output : outputs.entrySet()) {
      long[] shape = tensor("output", output).getShape();
      long size = shape.length == 2 ? shape[1] : -1;
      require(
          size >= 1 && size <= MAX_SIZE,
          "the output '%s' has shape %s; allowed: [N, size] with size 1 to %s"
              .formatted(output.getKey(), Arrays.toString(shape), MAX_SIZE));
      checkTensor("output", output, OnnxJavaType.FLOAT, new long[] {-1, size});
      sizes.put(output.getKey(), (int) size);
    }
    Integer embedding = sizes.get(EMBEDDING);
    require(
        embedding != null,
        "the model has the outputs %s; '%s' is missing".formatted(sizes.keySet(), EMBEDDING));
    require(
        embedding == manifest.getEmbeddingSize(),
        "the manifest's embedding_size is %s but the model's is %s"
            .formatted(manifest.getEmbeddingSize(), embedding));
    return sizes;
  }

  private static void checkPromises(
      String field, List<TensorSpec> promised, Map<String, NodeInfo> real)
      throws ModelRejectedException {
    List<String> names = promised.stream().map(TensorSpec::getName).sorted().toList();
    List<String> realNames = real.keySet().stream().sorted().toList();
    require(
        names.equals(realNames),
        "the manifest's %s are %s but the model's are %s".formatted(field, names, realNames));
    for (TensorSpec spec : promised) {
      Optional<OnnxJavaType> type = javaType(spec.getDatatype());
      require(
          type.isPresent(),
          "the manifest gives '%s' the datatype '%s'; allowed: UINT8 and FP32"
              .formatted(spec.getName(), spec.getDatatype()));
      checkTensor(
          "tensor",
          Map.entry(spec.getName(), real.get(spec.getName())),
          type.orElseThrow(),
          spec.getShapeList().stream().mapToLong(Long::longValue).toArray());
    }
  }

  private static Optional<OnnxJavaType> javaType(String datatype) {
    return switch (datatype) {
      case "UINT8" -> Optional.of(OnnxJavaType.UINT8);
      case "FP32" -> Optional.of(OnnxJavaType.FLOAT);
      default -> Optional.empty();
    };
  }

  private static void checkTensor(
      String role, Map.Entry<String, NodeInfo> node, OnnxJavaType type, long[] shape)
      throws ModelRejectedException {
    TensorInfo info = tensor(role, node);
    require(
        info.type == type && Arrays.equals(info.getShape(), shape),
        "the %s '%s' of the model is %s %s; allowed: %s %s"
            .formatted(
                role,
                node.getKey(),
                info.type,
                Arrays.toString(info.getShape()),
                type,
                Arrays.toString(shape)));
  }

  private static TensorInfo tensor(String role, Map.Entry<String, NodeInfo> node)
      throws ModelRejectedException {
    if (node.getValue().getInfo() instanceof TensorInfo info) {
      return info;
    }
    throw new ModelRejectedException(
        "the %s '%s' of the model is not a tensor".formatted(role, node.getKey()));
  }

  private static void require(boolean holds, String reason) throws ModelRejectedException {
    if (!holds) {
      throw new ModelRejectedException(reason);
    }
  }
}
