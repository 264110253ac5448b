package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.model.ModelSignature;
import dev.parallax.embedding.serving.VectorEncoding;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.parallax.platform.errors.RequestException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** An output of the model and the datatype that its vectors are wanted in. */
record RequestedOutput(String name, VectorEncoding encoding) {
  private static final String DATATYPE = "datatype";

  /**
   * What a request asks for; all outputs by name, in FP32, where it asks for none.
   *
   * @throws RequestException INVALID_ARGUMENT
   */
  static List<RequestedOutput> of(
      List<InferRequestedOutputTensor> requested, ModelSignature signature) {
    if (requested.isEmpty()) {
      return signature.outputs().keySet().stream()
          .sorted()
          .map(name -> new RequestedOutput(name, VectorEncoding.FLOAT32))
          .toList();
    }
    int outputs = signature.outputs().size();
    if (requested.size() > outputs) {
      throw RequestException.invalidBecause(
          "outputs",
          "outputs has %d entries; allowed: at most %d, each output of the model once"
              .formatted(requested.size(), outputs));
    }
    Set<String> seen = new HashSet<>();
    return IntStream.range(0, requested.size())
        .mapToObj(i -> of("outputs[" + i + "]", requested.get(i), signature, seen))
        .toList();
  }

  private static RequestedOutput of(
      String field, InferRequestedOutputTensor output, ModelSignature signature, Set<String> seen) {
    if (!signature.outputs().containsKey(output.getName())) {
      throw RequestException.invalid(
          field + ".name",
          output.getName(),
          String.join(", ", signature.outputs().keySet().stream().sorted().toList()));
    }
    if (!seen.add(output.getName())) {
      throw RequestException.invalid(field + ".name", output.getName(), "each output once");
    }
    VectorEncoding encoding = VectorEncoding.FLOAT32;
    for (Map.Entry<String, InferParameter> parameter : output.getParametersMap().entrySet()) {
      if (!parameter.getKey().equals(DATATYPE)) {
        throw RequestException.invalid(
            field + ".parameters", parameter.getKey(), "only \"" + DATATYPE + "\"");
      }
      encoding = encoding(field + ".parameters." + DATATYPE, parameter.getValue());
    }
    return new RequestedOutput(output.getName(), encoding);
  }

  private static VectorEncoding encoding(String field, InferParameter datatype) {
    return switch (datatype.getStringParam()) {
      case "FP32" -> VectorEncoding.FLOAT32;
      case "FP16" -> VectorEncoding.FLOAT16;
      case "INT8" -> VectorEncoding.INT8;
      default ->
          throw RequestException.invalid(
              field, InferParameters.shown(datatype), "\"FP32\", \"FP16\", \"INT8\"");
    };
  }
}
