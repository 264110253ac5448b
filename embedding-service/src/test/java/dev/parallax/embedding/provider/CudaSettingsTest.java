package dev.parallax.embedding.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.embedding.provider.CudaSettings.ArenaExtension;
import dev.parallax.embedding.provider.CudaSettings.CudnnSearch;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Names and values as ONNX Runtime's own documentation has them. */
final class CudaSettingsTest {
  @Test
  void everySetting_hasItsOption() {
    assertThat(
            new CudaSettings(
                    OptionalLong.of(2L << 30),
                    ArenaExtension.AS_REQUESTED,
                    CudnnSearch.EXHAUSTIVE,
                    false)
                .options())
        .isEqualTo(
            Map.of(
                "gpu_mem_limit", "2147483648",
                "arena_extend_strategy", "kSameAsRequested",
                "cudnn_conv_algo_search", "EXHAUSTIVE",
                "use_tf32", "0",
                "enable_cuda_graph", "0"));
    assertThat(CudaSettings.defaults().options())
        .doesNotContainKey("gpu_mem_limit")
        .containsEntry("arena_extend_strategy", "kNextPowerOfTwo")
        .containsEntry("cudnn_conv_algo_search", "HEURISTIC")
        .containsEntry("use_tf32", "1")
        .containsEntry("enable_cuda_graph", "0");
  }

  @Test
  void engines_areKeptWhereTheyShouldBe() {
    assertThat(TensorRtSettings.defaults().options()).isEmpty();
    assertThat(new TensorRtSettings(Optional.of(Path.of("/engines"))).options())
        .containsEntry("trt_engine_cache_enable", "1")
        .containsEntry("trt_engine_cache_path", "/engines");
  }
}
