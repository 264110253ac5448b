package dev.parallax.platform.repository;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * config.pbtxt, which makes the directory of a model one of a Triton repository: the text form of
 * Triton's {@code inference.ModelConfig}.
 */
final class TritonConfig {
  private static final int MAX_BATCH = 64;

  private TritonConfig() {}

  /**
   * @return empty for a manifest that names no inputs or no outputs
   */
  static Optional<String> of(Manifest manifest) {
    if (manifest.getInputsCount() == 0 || manifest.getOutputsCount() == 0) {
      return Optional.empty();
    }
    boolean batches =
        Stream.concat(manifest.getInputsList().stream(), manifest.getOutputsList().stream())
            .allMatch(tensor -> tensor.getShapeCount() > 1 && tensor.getShape(0) == -1);
    return Optional.of(
        """
        name: "%s"
        platform: "onnxruntime_onnx"
        max_batch_size: %d
        input [
        %s
        ]
        output [
        %s
        ]
        version_policy { latest { num_versions: 2 } }
        %s"""
            .formatted(
                escaped(manifest.getModel()),
                batches ? MAX_BATCH : 0,
                tensors(manifest.getInputsList(), batches),
                tensors(manifest.getOutputsList(), batches),
                batches ? "dynamic_batching { }\n" : ""));
  }

  /** Where Triton batches, dims leave out the number of images. */
  private static String tensors(List<TensorSpec> tensors, boolean batches) {
    return tensors.stream()
        .map(
            tensor ->
                "  { name: \"%s\" data_type: TYPE_%s dims: [ %s ] }"
                    .formatted(
                        escaped(tensor.getName()),
                        tensor.getDatatype().equals("BYTES") ? "STRING" : tensor.getDatatype(),
                        tensor.getShapeList().stream()
                            .skip(batches ? 1 : 0)
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(",\n"));
  }

  private static String escaped(String name) {
    return TextFormat.escapeBytes(ByteString.copyFromUtf8(name));
  }
}
