package dev.parallax.embedding.onnx;

import static dev.parallax.embedding.fixtures.OnnxSurgery.changed;
import static dev.parallax.embedding.fixtures.OnnxSurgery.field;
import static dev.parallax.embedding.fixtures.OnnxSurgery.graph;
import static dev.parallax.embedding.fixtures.OnnxSurgery.longs;
import static dev.parallax.embedding.fixtures.OnnxSurgery.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parallax.embedding.fixtures.OnnxSurgery;
import dev.parallax.embedding.fixtures.TinyModel;
import dev.parallax.onnx.AttributeProto;
import dev.parallax.onnx.GraphProto;
import dev.parallax.onnx.NodeProto;
import dev.parallax.onnx.OperatorSetIdProto;
import dev.parallax.onnx.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxInspectionTest {
  private static final TinyModel TINY = new TinyModel(8, 4, 1);

  @TempDir Path directory;

  @Test
  void anEncoder_passes() {
    assertThatCode(() -> inspect(TINY.onnx())).doesNotThrowAnyException();
    assertThatCode(() -> inspect(new TinyModel(8, 4, 1, 20).onnx())).doesNotThrowAnyException();
  }

  @Test
  void dataInAnotherFile_isRefused_whereverItLies() {
    ByteString location =
        TensorProto.newBuilder().setName("location").build().toByteString(); // any entry will do
    assertRefused(
        withTensor(t -> t.clearRawData().setUnknownFields(field(14, 1))),
        "the tensor 'x' keeps its data in another file; allowed: in model.onnx itself");
    assertRefused(
        withTensor(t -> t.setUnknownFields(field(13, location))),
        "the tensor 'x' keeps its data in another file; allowed: in model.onnx itself");
    assertRefused(
        withAttribute(
            AttributeProto.newBuilder()
                .setUnknownFields(
                    field(
                        5,
                        longs("c", 1).toBuilder()
                            .setUnknownFields(field(13, location))
                            .build()
                            .toByteString()))),
        "the tensor 'c' keeps its data in another file; allowed: in model.onnx itself");
  }

  @Test
  void operatorsOfOtherDomains_areRefused() {
    assertRefused(
        changed(TINY, m -> m.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.evil"))),
        "it imports operators of the domain 'com.evil'; allowed: ai.onnx, the default");
    assertRefused(
        withNode(
            node("Relu", "r", "conv").toBuilder()
                .setUnknownFields(field(7, ByteString.copyFromUtf8("com.microsoft")))),
        "the node 'r' (Relu) is of the domain 'com.microsoft'; allowed: ai.onnx, the default");
    assertRefused(
        changed(TINY, m -> m.setUnknownFields(field(25, ByteString.EMPTY))),
        "it defines functions of its own; allowed: operators of ONNX");
  }

  @Test
  void operatorsThatNoEncoderNeeds_areRefused() {
    for (String operator :
        new String[] {"Loop", "If", "Scan", "NonZero", "RandomNormal", "StringNormalizer", ""}) {
      assertRefused(
          withNode(node(operator, "n", "conv").toBuilder()),
          "the node 'n' ("
              + operator
              + ") is no operator of an encoder; docs/embedding.md lists what is allowed");
    }
  }

  @Test
  void graphsInsideGraphs_andSparseTensors_areRefused() {
    ByteString graph = GraphProto.getDefaultInstance().toByteString();
    for (int number : new int[] {6, 11}) {
      assertRefused(
          withAttribute(AttributeProto.newBuilder().setUnknownFields(field(number, graph))),
          "a node holds a graph of its own; allowed: one flat graph");
    }
    for (int number : new int[] {22, 23}) {
      assertRefused(
          withAttribute(AttributeProto.newBuilder().setUnknownFields(field(number, graph))),
          "a node holds a sparse tensor; allowed: dense ones");
    }
    assertRefused(
        graph(TINY, g -> g.setUnknownFields(field(15, ByteString.EMPTY))),
        "it has sparse initializers; allowed: dense ones");
  }

  @Test
  void dimensionsThatOverflow_orDoNotFitTheData_areRefused() {
    assertRefused(
        withTensor(t -> t.clearDims().addDims(1L << 40).addDims(1L << 40)),
        "the dimensions of the tensor '' overflow at 1099511627776");
    assertRefused(
        withTensor(t -> t.clearDims().addDims(-1)),
        "the dimensions of the tensor '' overflow at -1");
    assertRefused(
        withTensor(t -> t.clearDims().addDims(25L << 30)),
        "the tensor 'x' has 26843545600 elements by its dimensions but 8 bytes of data");
    assertRefused(
        withTensor(t -> t.clearRawData().clearDims().addDims(25L << 30)),
        "the tensor 'x' has 26843545600 elements by its dimensions but 0 bytes of data");
    assertRefused(
        withTensor(t -> t.setDataType(8)),
        "the tensor 'x' has data type 8; allowed: numbers of 8 to 64 bits and booleans");
  }

  @Test
  void sizesThatDependOnPixels_areRefused() {
    assertRefused(
        graph(
            TINY,
            g ->
                g.addNode(node("Cast", "size", "pool").toBuilder().addAttribute(integer("to", 7)))
                    .addNode(node("Expand", "huge", "conv", "size"))),
        "the node 'huge' (Expand) takes its size from pixel values; allowed: from constants and shapes");
    assertThatCode(
            () ->
                inspect(
                    graph(
                        TINY,
                        g ->
                            g.addNode(node("Shape", "size", "pool"))
                                .addNode(node("Expand", "same", "pool", "size")))))
        .doesNotThrowAnyException();
  }

  private static AttributeProto integer(String name, long value) {
    return OnnxSurgery.integer(name, value);
  }

  @Test
  void aNodeThatComesTooEarly_isRefused() {
    assertRefused(
        withNode(node("Relu", "r", "later").toBuilder()),
        "the node 'r' (Relu) takes 'later', which nothing before it gives");
  }

  @Test
  void tooMuch_isRefused() throws IOException {
    assertThatThrownBy(() -> inspect(TINY.onnx(), new OnnxLimits(100, 100)))
        .hasMessage("it has 1450 bytes; allowed: 1 to 100");
    assertThatThrownBy(() -> inspect(TINY.onnx(), new OnnxLimits(1 << 20, 3)))
        .hasMessage("it has more than 3 operators");
    assertRefused(
        withNode(node("Relu", "r".repeat(2000), "conv").toBuilder()),
        "a name at byte \\d+ has 2000 bytes; allowed: at most 1024");
    NodeProto.Builder wide = node("Concat", "c").toBuilder();
    for (int i = 0; i < 1025; i++) {
      wide.addInput("conv");
    }
    assertRefused(withNode(wide), "a node has more than 1024 inputs or outputs");
  }

  @Test
  void aSparseFileOf5GiB_isRefusedBeforeItIsRead() throws IOException {
    Path file = directory.resolve("large.onnx");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), (5L << 30) - 1);
    }
    assertThatThrownBy(() -> OnnxInspection.inspect(file, OnnxLimits.defaults()))
        .hasMessage("it has 5368709120 bytes; allowed: 1 to 4294967296");
  }

  @Test
  void emptyTruncatedAndForeignFiles_areRefused() {
    assertRefused(new byte[0], "it has 0 bytes; allowed: 1 to 4294967296");
    assertRefused(
        "not a model at all".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "it is not an ONNX file: .*");
    assertRefused(new byte[100], "it is not an ONNX file: byte 0 begins no field");
    assertRefused(new byte[] {8, 8}, "it is not an ONNX file: it has no graph");
    assertRefused(
        new byte[] {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 1},
        "it is cut off or no ONNX file: field 7 at byte 0 has 4294967295 bytes, 1 are left");
    byte[] whole = TINY.onnx();
    assertRefused(Arrays.copyOf(whole, whole.length / 2), "it is cut off or no ONNX file: .*");
  }

  @Test
  void twoGraphs_areRefused() {
    byte[] whole = TINY.onnx();
    byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
    System.arraycopy(whole, 0, twice, whole.length, whole.length);
    assertRefused(twice, "it has a second graph; allowed: one");
  }

  @Test
  void mutatedFiles_passOrAreRefused_butNeverFailOtherwise() {
    byte[] whole = new TinyModel(8, 4, 1, 3).onnx();
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] mutated = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      mutated = Arrays.copyOf(mutated, mutated.length - random.nextInt(3));
      try {
        inspect(mutated);
      } catch (OnnxRefusedException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(refused).isBetween(1000, 5000);
  }

  private static byte[] withNode(NodeProto.Builder node) {
    return graph(TINY, g -> g.addNode(node));
  }

  private static byte[] withAttribute(AttributeProto.Builder attribute) {
    return withNode(node("Relu", "r", "conv").toBuilder().addAttribute(attribute));
  }

  private static byte[] withTensor(java.util.function.UnaryOperator<TensorProto.Builder> change) {
    return graph(TINY, g -> g.addInitializer(change.apply(longs("x", 1).toBuilder())));
  }

  private void assertRefused(byte[] onnx, String message) {
    assertThatThrownBy(() -> inspect(onnx))
        .isInstanceOf(OnnxRefusedException.class)
        .message()
        .satisfiesAnyOf(
            said -> assertThat(said).isEqualTo(message), said -> assertThat(said).matches(message));
  }

  private void inspect(byte[] onnx) throws IOException, OnnxRefusedException {
    inspect(onnx, OnnxLimits.defaults());
  }

  private void inspect(byte[] onnx, OnnxLimits limits) throws IOException, OnnxRefusedException {
    Path file = directory.resolve("model.onnx");
    Files.write(file, onnx);
    OnnxInspection.inspect(file, limits);
  }
}
