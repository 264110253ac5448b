package dev.parallax.embedding.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.embedding.model.RuntimeSettings;
import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.ExecutionProvider;
import dev.parallax.embedding.provider.Fallback;
import dev.parallax.embedding.provider.GraphOptimization;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxRuntimeSettingsTest {
  private static final String PREFIX = "parallax.embedding.onnxruntime.";

  @Test
  void everySetting_arrives() {
    RuntimeSettings settings =
        settings(
            Map.of(
                "intra-op-threads", "3",
                "arena-shrinkage", "true",
                "graph-optimization", "extended",
                "providers", "tensorrt, cuda,cpu",
                "devices", "1,0",
                "fallback", "refused",
                "cuda.memory-limit", "2G",
                "cuda.arena-extension", "as-requested",
                "cuda.cudnn-search", "exhaustive",
                "cuda.tf32", "false"));
    assertThat(settings.intraOpThreads()).isEqualTo(3);
    assertThat(settings.arena()).isEqualTo(CpuArena.SHRINKS);
    assertThat(settings.optimization()).isEqualTo(GraphOptimization.EXTENDED);
    assertThat(settings.providers().order())
        .containsExactly(ExecutionProvider.TENSORRT, ExecutionProvider.CUDA, ExecutionProvider.CPU);
    assertThat(settings.providers().asked()).isTrue();
    assertThat(settings.providers().devices()).containsExactly(1, 0);
    assertThat(settings.providers().fallback()).isEqualTo(Fallback.REFUSED);
    assertThat(settings.cuda().options())
        .containsEntry("gpu_mem_limit", "2147483648")
        .containsEntry("arena_extend_strategy", "kSameAsRequested")
        .containsEntry("cudnn_conv_algo_search", "EXHAUSTIVE")
        .containsEntry("use_tf32", "0");
  }

  @Test
  void nothingSet_isTheDefault() {
    assertThat(settings(Map.of())).isEqualTo(RuntimeSettings.defaults());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "providers | cuda,gpu | providers has \"gpu\"; allowed: cpu, cuda, tensorrt",
        "providers | cuda,cuda | providers has cuda twice; allowed: each once",
        "providers | cpu,cuda | providers has cuda after cpu, which computes everything; allowed:"
            + " cpu at the end",
        "devices | 0,0 | devices has 0 twice; allowed: each once",
        "devices | 128 | devices has 128; allowed: 0 to 127",
        "fallback | maybe | fallback is \"maybe\"; allowed: allowed, refused",
        "graph-optimization | most | graphOptimization is \"most\"; allowed: disabled, basic,"
            + " extended, all",
        "cuda.cudnn-search | best | cuda.cudnnSearch is \"best\"; allowed: heuristic, exhaustive,"
            + " default",
        "cuda.arena-extension | double | cuda.arenaExtension is \"double\"; allowed: power-of-two,"
            + " as-requested",
        "cuda.memory-limit | 1000 | cuda.memoryLimit is 1000 bytes; allowed: 1048576 or more",
        "intra-op-threads | 0 | intraOpThreads is 0; allowed: 1 to 256"
      })
  void aBadValue_isOneLine(String name, String value, String message) {
    assertThatThrownBy(() -> settings(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void whatIsNotThere_cannotShrink() {
    assertThatThrownBy(() -> settings(Map.of("arena", "false", "arena-shrinkage", "true")))
        .hasMessage("arenaShrinkage is true without an arena; allowed: true with arena=true");
  }

  private static RuntimeSettings settings(Map<String, String> values) {
    Map<String, String> properties = new HashMap<>();
    properties.put("parallax.home", "/nowhere");
    properties.put("parallax.embedding.repository", "/nowhere/models");
    values.forEach((name, value) -> properties.put(PREFIX + name, value));
    return OnnxRuntimeSettings.of(
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .withMapping(EmbeddingSettings.class)
            .build()
            .getConfigMapping(EmbeddingSettings.class)
            .onnxruntime());
  }
}
