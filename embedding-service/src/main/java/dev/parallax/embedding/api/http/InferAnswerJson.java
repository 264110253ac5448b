package dev.parallax.embedding.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.parallax.inference.InferParameter;
import dev.parallax.inference.ModelInferResponse;
import dev.parallax.inference.ModelInferResponse.InferOutputTensor;
import dev.parallax.inference.ModelMetadataResponse;
import dev.parallax.inference.ModelMetadataResponse.TensorMetadata;
import dev.parallax.inference.ServerMetadataResponse;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** The messages of the Open Inference Protocol as its JSON. */
final class InferAnswerJson {
  private InferAnswerJson() {}

  static byte[] server(ServerMetadataResponse server, List<String> extensions) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("name", server.getName());
          out.writeStringField("version", server.getVersion());
          strings(out, "extensions", extensions);
          out.writeEndObject();
        });
  }

  static byte[] flag(String name, boolean value) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeBooleanField(name, value);
          out.writeEndObject();
        });
  }

  static byte[] modelReady(String model, boolean ready) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("name", model);
          out.writeBooleanField("ready", ready);
          out.writeEndObject();
        });
  }

  static byte[] model(ModelMetadataResponse model) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("name", model.getName());
          strings(out, "versions", model.getVersionsList());
          out.writeStringField("platform", model.getPlatform());
          tensors(out, "inputs", model.getInputsList());
          tensors(out, "outputs", model.getOutputsList());
          out.writeObjectFieldStart("properties");
          for (Map.Entry<String, String> property : model.getPropertiesMap().entrySet()) {
            out.writeStringField(property.getKey(), property.getValue());
          }
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private static void strings(JsonGenerator out, String name, List<String> values)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  private static void tensors(JsonGenerator out, String name, List<TensorMetadata> tensors)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (TensorMetadata tensor : tensors) {
      out.writeStartObject();
      out.writeStringField("name", tensor.getName());
      out.writeStringField("datatype", tensor.getDatatype());
      shape(out, tensor.getShapeList());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void shape(JsonGenerator out, List<Long> shape) throws IOException {
    out.writeArrayFieldStart("shape");
    for (long dim : shape) {
      out.writeNumber(dim);
    }
    out.writeEndArray();
  }

  /**
   * @param answer with raw contents
   * @throws RequestException FAILED_PRECONDITION when the model gave a number that JSON cannot say
   */
  static byte[] infer(ModelInferResponse answer) {
    return Json.written(
        out -> {
          out.writeStartObject();
          out.writeStringField("model_name", answer.getModelName());
          out.writeStringField("model_version", answer.getModelVersion());
          if (!answer.getId().isEmpty()) {
            out.writeStringField("id", answer.getId());
          }
          out.writeObjectFieldStart("parameters");
          for (Map.Entry<String, InferParameter> parameter : answer.getParametersMap().entrySet()) {
            out.writeNumberField(parameter.getKey(), parameter.getValue().getInt64Param());
          }
          out.writeEndObject();
          out.writeArrayFieldStart("outputs");
          for (int i = 0; i < answer.getOutputsCount(); i++) {
            output(out, answer.getOutputs(i), answer.getRawOutputContents(i));
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static void output(JsonGenerator out, InferOutputTensor tensor, ByteString raw)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", tensor.getName());
    out.writeStringField("datatype", tensor.getDatatype());
    shape(out, tensor.getShapeList());
    out.writeArrayFieldStart("data");
    data(out, tensor, raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void data(JsonGenerator out, InferOutputTensor tensor, ByteBuffer data)
      throws IOException {
    switch (tensor.getDatatype()) {
      case "FP32" -> {
        for (int i = 0; data.hasRemaining(); i++) {
          out.writeNumber(finite(data.getFloat(), tensor, i));
        }
      }
      case "FP16" -> {
        while (data.hasRemaining()) {
          out.writeNumber(Float.float16ToFloat(data.getShort()));
        }
      }
      case "INT8" -> {
        while (data.hasRemaining()) {
          out.writeNumber(data.get());
        }
      }
      default -> throw new IllegalStateException("there is no output of " + tensor.getDatatype());
    }
  }

  private static float finite(float value, InferOutputTensor tensor, int position) {
    if (Float.isFinite(value)) {
      return value;
    }
    int size = (int) Math.max(1, tensor.getShape(tensor.getShapeCount() - 1));
    throw RequestException.of(
        Kind.FAILED_PRECONDITION,
        "output %s, image %d: the model gave %s in dimension %d; allowed in JSON: finite numbers"
            .formatted(tensor.getName(), position / size, value, position % size));
  }
}
