package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonParser;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.parallax.platform.errors.RequestException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The Open Inference Protocol's JSON as the message that calls by gRPC are made of. Fields that the
 * protocol does not know are skipped.
 */
final class InferRequests {
  private static final int MAX_TENSORS = 64;
  private static final int MAX_RANK = 8;
  private static final int MAX_PARAMETERS = 64;

  private final JsonParser in;
  private final ImageText text;
  private final int maxImages;
  private final ModelInferRequest.Builder request;

  private InferRequests(
      JsonParser in, ImageText text, int maxImages, ModelInferRequest.Builder request) {
    this.in = in;
    this.text = text;
    this.maxImages = maxImages;
    this.request = request;
  }

  /**
   * @param model as the path names it
   * @param version as the path names it; empty: it does not
   * @param maxImages of one request
   * @throws RequestException INVALID_ARGUMENT
   */
  static ModelInferRequest read(Body body, String model, String version, int maxImages) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
    return Json.read(
        body,
        in -> {
          new InferRequests(in, new ImageText(body), maxImages, request).read();
          return request.build();
        });
  }

  private void read() throws IOException {
    Json.object(
        in,
        Json.ROOT,
        name -> {
          switch (name) {
            case "id" -> request.setId(Json.string(in, name));
            case "parameters" -> request.putAllParameters(parameters(name));
            case "inputs" -> Json.array(in, name, MAX_TENSORS, i -> input("inputs[" + i + "]"));
            case "outputs" -> Json.array(in, name, MAX_TENSORS, i -> output("outputs[" + i + "]"));
            default -> in.skipChildren();
          }
        });
  }

  private void input(String path) throws IOException {
    InferInputTensor.Builder tensor = InferInputTensor.newBuilder();
    TensorData data = new TensorData(path + ".data", text, maxImages);
    Json.object(
        in,
        path,
        name -> {
          String field = path + "." + name;
          switch (name) {
            case "name" -> tensor.setName(Json.string(in, field));
            case "datatype" -> tensor.setDatatype(Json.string(in, field));
            case "shape" ->
                Json.array(
                    in,
                    field,
                    MAX_RANK,
                    i -> tensor.addShape(Json.integer(in, field + "[" + i + "]")));
            case "parameters" -> tensor.putAllParameters(parameters(field));
            case "data" -> data.read(in);
            default -> in.skipChildren();
          }
        });
    // strings of BYTES are base64 whether it is said or not
    if (tensor.getDatatype().equals("BYTES") && is(tensor.getParametersMap(), "base64")) {
      tensor.removeParameters("content_type");
    }
    data.putInto(request, tensor);
    request.addInputs(tensor);
  }

  private static boolean is(Map<String, InferParameter> parameters, String contentType) {
    InferParameter told = parameters.get("content_type");
    return told != null && told.getStringParam().equals(contentType);
  }

  private void output(String path) throws IOException {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    Json.object(
        in,
        path,
        name -> {
          String field = path + "." + name;
          switch (name) {
            case "name" -> output.setName(Json.string(in, field));
            case "parameters" -> output.putAllParameters(parameters(field));
            default -> in.skipChildren();
          }
        });
    // what some clients say to have JSON
    InferParameter binary = output.getParametersMap().get("binary_data");
    if (binary != null && binary.hasBoolParam() && !binary.getBoolParam()) {
      output.removeParameters("binary_data");
    }
    request.addOutputs(output);
  }

  private Map<String, InferParameter> parameters(String path) throws IOException {
    Map<String, InferParameter> parameters = new HashMap<>();
    Json.object(
        in,
        path,
        name -> {
          if (parameters.size() == MAX_PARAMETERS) {
            throw RequestException.invalidBecause(
                path,
                "%s has more than %d entries; allowed: at most %d"
                    .formatted(path, MAX_PARAMETERS, MAX_PARAMETERS));
          }
          parameters.put(name, parameter(path + "." + name));
        });
    return parameters;
  }

  private InferParameter parameter(String path) throws IOException {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    return switch (in.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> parameter.setBoolParam(Json.bool(in, path)).build();
      case VALUE_NUMBER_INT -> parameter.setInt64Param(Json.integer(in, path)).build();
      case VALUE_NUMBER_FLOAT -> parameter.setDoubleParam(in.getDoubleValue()).build();
      case VALUE_STRING -> parameter.setStringParam(Json.string(in, path)).build();
      case null, default -> throw Json.unfit(in, path, "true, false, a number or a string");
    };
  }
}
