package dev.parallax.embedding.api.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.embedding.input.ImageInput;
import dev.parallax.embedding.model.ModelSignature;
import dev.parallax.inference.InferTensorContents;
import dev.parallax.inference.ModelInferRequest;
import dev.parallax.inference.ModelInferRequest.InferInputTensor;
import dev.parallax.platform.errors.RequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * The one input tensor of a request as images: UINT8 [N, side, side, 3] is what the model takes, as
 * it is; BYTES [N] or [N, 1] are N encoded images.
 */
final class InferInputs {
  private static final String UINT8 = "UINT8";
  private static final String BYTES = "BYTES";
  private static final String TENSOR = "inputs[0]";
  private static final String RAW = "raw_input_contents[0]";
  private static final int MAX_UINT8 = 255;

  private final ModelInferRequest request;
  private final InferInputTensor tensor;
  private final ModelSignature signature;
  private final int maxImages;

  private InferInputs(ModelInferRequest request, ModelSignature signature, int maxImages) {
    this.request = request;
    this.tensor = request.getInputs(0);
    this.signature = signature;
    this.maxImages = maxImages;
  }

  /**
   * @throws RequestException INVALID_ARGUMENT: not one tensor, or not the model's, or contents that
   *     do not fit its datatype and shape
   */
  static List<ImageInput> images(
      ModelInferRequest request, ModelSignature signature, int maxImages) {
    if (request.getInputsCount() != 1) {
      throw RequestException.invalidBecause(
          "inputs",
          "inputs has %d entries; allowed: 1, named \"%s\""
              .formatted(request.getInputsCount(), signature.input()));
    }
    return new InferInputs(request, signature, maxImages).images();
  }

  /** Images that a request says it has, before anything is known of its model; 0 when none. */
  static int count(ModelInferRequest request, int maxImages) {
    return request.getInputsCount() == 1 && request.getInputs(0).getShapeCount() > 0
        ? Math.clamp(request.getInputs(0).getShape(0), 0, maxImages)
        : 0;
  }

  private List<ImageInput> images() {
    if (!tensor.getName().equals(signature.input())) {
      throw RequestException.invalid(
          TENSOR + ".name", tensor.getName(), "\"" + signature.input() + "\"");
    }
    if (tensor.getParametersCount() > 0) {
      throw RequestException.invalid(
          TENSOR + ".parameters",
          tensor.getParametersMap().keySet().stream().sorted().findFirst().orElseThrow(),
          "none");
    }
    boolean raw = isRaw();
    return switch (tensor.getDatatype()) {
      case UINT8 -> prepared(raw);
      case BYTES -> encoded(raw);
      default ->
          throw RequestException.invalid(
              TENSOR + ".datatype",
              tensor.getDatatype(),
              "\"UINT8\" (pixels) and \"BYTES\" (encoded images)");
    };
  }

  private boolean isRaw() {
    if (request.getRawInputContentsCount() == 0) {
      return false;
    }
    if (tensor.hasContents()) {
      throw RequestException.invalidBecause(
          TENSOR + ".contents",
          "inputs[0].contents and raw_input_contents are both set; allowed: one of them");
    }
    if (request.getRawInputContentsCount() != 1) {
      throw RequestException.invalidBecause(
          "raw_input_contents",
          "raw_input_contents has %d entries; allowed: 1, as many as inputs"
              .formatted(request.getRawInputContentsCount()));
    }
    return true;
  }

  private List<ImageInput> prepared(boolean raw) {
    int side = signature.side();
    boolean fits =
        tensor.getShapeCount() == 4
            && tensor.getShape(1) == side
            && tensor.getShape(2) == side
            && tensor.getShape(3) == 3;
    int images = checkedImages(fits, "[N, %d, %d, 3]".formatted(side, side));
    ByteString pixels = raw ? request.getRawInputContents(0) : typedPixels(images);
    int each = signature.imageBytes();
    if (pixels.size() != (long) images * each) {
      throw wrongSize(RAW + " has " + pixels.size() + " bytes", images);
    }
    List<ImageInput> inputs = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      inputs.add(new ImageInput.Prepared(pixels.substring(i * each, (i + 1) * each)));
    }
    return inputs;
  }

  private RequestException wrongSize(String what, int images) {
    int side = signature.side();
    return RequestException.invalidBecause(
        TENSOR,
        "%s; allowed: %d * %d * %d * 3 = %d, as the shape says"
            .formatted(what, images, side, side, (long) images * signature.imageBytes()));
  }

  private ByteString typedPixels(int images) {
    InferTensorContents contents = tensor.getContents();
    requireOnly("uint_contents", UINT8);
    if (contents.getUintContentsCount() != (long) images * signature.imageBytes()) {
      throw wrongSize(
          TENSOR + ".contents.uint_contents has " + contents.getUintContentsCount() + " entries",
          images);
    }
    byte[] pixels = new byte[contents.getUintContentsCount()];
    for (int i = 0; i < pixels.length; i++) {
      int value = contents.getUintContents(i);
      if (value < 0 || value > MAX_UINT8) {
        throw RequestException.invalid(
            TENSOR + ".contents.uint_contents[" + i + "]",
            Integer.toUnsignedString(value),
            "0 to " + MAX_UINT8);
      }
      pixels[i] = (byte) value;
    }
    return UnsafeByteOperations.unsafeWrap(pixels);
  }

  private List<ImageInput> encoded(boolean raw) {
    boolean fits =
        tensor.getShapeCount() == 1 || (tensor.getShapeCount() == 2 && tensor.getShape(1) == 1);
    int images = checkedImages(fits, "[N] or [N, 1]");
    List<ByteString> files = raw ? rawFiles(images) : typedFiles(images);
    return files.stream().<ImageInput>map(ImageInput.Encoded::new).toList();
  }

  private List<ByteString> typedFiles(int images) {
    requireOnly("bytes_contents", BYTES);
    List<ByteString> files = tensor.getContents().getBytesContentsList();
    if (files.size() != images) {
      throw RequestException.invalidBecause(
          TENSOR,
          "inputs[0].contents.bytes_contents has %d entries; allowed: %d, as the shape says"
              .formatted(files.size(), images));
    }
    return files;
  }

  private List<ByteString> rawFiles(int images) {
    ByteString raw = request.getRawInputContents(0);
    List<ByteString> files = new ArrayList<>(images);
    int at = 0;
    for (int i = 0; i < images; i++) {
      if (raw.size() - at < Integer.BYTES) {
        throw RequestException.invalidBecause(
            TENSOR,
            "%s ends after %d of %d elements; allowed: 4 bytes of length (little-endian) before each"
                .formatted(RAW, i, images));
      }
      long length = length(raw, at);
      at += Integer.BYTES;
      if (length > raw.size() - at) {
        throw RequestException.invalidBecause(
            TENSOR,
            "the length of element %d in %s is %d; allowed: at most the %d bytes that are left"
                .formatted(i, RAW, length, raw.size() - at));
      }
      files.add(raw.substring(at, at + (int) length));
      at += (int) length;
    }
    if (at != raw.size()) {
      throw RequestException.invalidBecause(
          TENSOR,
          "%s has %d bytes after its %d elements; allowed: none"
              .formatted(RAW, raw.size() - at, images));
    }
    return files;
  }

  private static long length(ByteString raw, int at) {
    return (raw.byteAt(at) & 0xffL)
        | (raw.byteAt(at + 1) & 0xffL) << 8
        | (raw.byteAt(at + 2) & 0xffL) << 16
        | (raw.byteAt(at + 3) & 0xffL) << 24;
  }

  private void requireOnly(String field, String datatype) {
    for (FieldDescriptor set : tensor.getContents().getAllFields().keySet()) {
      if (!set.getName().equals(field)) {
        throw RequestException.invalidBecause(
            TENSOR + ".contents." + set.getName(),
            "inputs[0].contents.%s is set; allowed for the datatype \"%s\": %s"
                .formatted(set.getName(), datatype, field));
      }
    }
  }

  private int checkedImages(boolean fits, String allowed) {
    if (!fits) {
      throw RequestException.invalid(TENSOR + ".shape", tensor.getShapeList(), allowed);
    }
    long images = tensor.getShape(0);
    if (images < 1 || images > maxImages) {
      throw RequestException.invalid(TENSOR + ".shape[0]", images, "1 to " + maxImages);
    }
    return (int) images;
  }
}
