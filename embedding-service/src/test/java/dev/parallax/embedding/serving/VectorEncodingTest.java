package dev.parallax.embedding.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against numpy; {@code src/test/python/golden_encodings.py} writes the values. */
final class VectorEncodingTest {
  private static final HexFormat HEX = HexFormat.of();

  record Golden(
      String name, String float32, String float16, String scale, String int8, String binary) {
    FloatBuffer vector() {
      return ByteBuffer.wrap(HEX.parseHex(float32)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Golden> cases() throws IOException {
    try (InputStream in = VectorEncodingTest.class.getResourceAsStream("/encodings/golden.txt")) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).hasSize(16);
      return lines.stream()
          .map(line -> line.split(" "))
          .map(part -> new Golden(part[0], part[1], part[2], part[3], part[4], part[5]));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyEncoding_agreesWithNumpyToTheBit(Golden golden) throws Exception {
    EncodedVector int8 = VectorEncoding.INT8.encode(golden.vector());
    ByteBuffer scale = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(hex(VectorEncoding.FLOAT32.encode(golden.vector()))).isEqualTo(golden.float32());
    assertThat(hex(VectorEncoding.FLOAT16.encode(golden.vector()))).isEqualTo(golden.float16());
    assertThat(hex(int8)).isEqualTo(golden.int8());
    assertThat(HEX.formatHex(scale.putFloat(int8.scale()).array())).isEqualTo(golden.scale());
    assertThat(hex(VectorEncoding.BINARY.encode(golden.vector()))).isEqualTo(golden.binary());
    assertThat(int8.dims()).isEqualTo(golden.vector().limit());
  }

  @ParameterizedTest
  @EnumSource(names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
  void whatIsNotFinite_isRefused(VectorEncoding encoding) {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> encoding.encode(FloatBuffer.wrap(new float[] {1, value})))
          .isInstanceOf(UnencodableVectorException.class)
          .hasMessage(
              "the model gave %s in dimension 1; allowed for the encoding %s: finite numbers",
              value, encoding);
    }
  }

  @Test
  void encoding_readsTheWholeVectorAndLeavesItAsItWas() throws Exception {
    FloatBuffer vector = FloatBuffer.wrap(new float[] {1, 2, 3}).asReadOnlyBuffer();
    vector.position(2);

    assertThat(VectorEncoding.INT8.encode(vector).dims()).isEqualTo(3);
    assertThat(vector.position()).isEqualTo(2);
  }

  private static String hex(EncodedVector vector) {
    ByteBuffer data = vector.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return HEX.formatHex(bytes);
  }
}
