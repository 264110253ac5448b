package dev.parallax.embedding.provider;

import static dev.parallax.embedding.provider.ExecutionProvider.CPU;
import static dev.parallax.embedding.provider.ExecutionProvider.CUDA;
import static dev.parallax.embedding.provider.ExecutionProvider.TENSORRT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.platform.startup.StartupException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SelectionTest {
  private static final String NO_PROBLEM = "";

  @Test
  void aBuildWithoutTheProvider_leavesTheCpu_andThatIsAWarningForWhoHasAskedForIt() {
    Machine machine = new Described(Set.of(CPU), true, NO_PROBLEM, 0);
    ProviderSettings asked = asked(Fallback.ALLOWED, CUDA, CPU);
    Selection selection = Selection.of(asked, machine);

    assertThat(selection.used()).containsExactly(CPU);
    assertThat(selection.description()).isEqualTo("cpu");
    assertThat(selection.surprises(asked))
        .containsExactly(
            "ONNX Runtime computes on cpu instead of cuda: this build of ONNX Runtime has no CUDA"
                + " provider");
    ProviderSettings automatic = ProviderSettings.automatic();
    assertThat(Selection.of(automatic, machine).surprises(automatic)).isEmpty();
  }

  @Test
  void aBuildForGpus_withoutADriver_isAWarningForEveryone() {
    ProviderSettings automatic = ProviderSettings.automatic();
    Selection selection =
        Selection.of(automatic, new Described(Set.of(CPU, CUDA), false, NO_PROBLEM, 0));
    assertThat(selection.absent()).containsExactly(new Absence.NoDriver(CUDA));
    assertThat(selection.surprises(automatic))
        .singleElement()
        .asString()
        .startsWith("ONNX Runtime computes on cpu instead of cuda: the NVIDIA driver was not found")
        .doesNotContain("\n");
  }

  @Test
  void aDeviceThatDoesNotCompute_isNamed() {
    ProviderSettings two =
        new ProviderSettings(List.of(CUDA), true, List.of(0, 3), Fallback.ALLOWED);
    Selection selection =
        Selection.of(two, new Described(Set.of(CPU, CUDA), true, "invalid device ordinal", 3));
    assertThat(selection.used()).containsExactly(CPU);
    assertThat(selection.devices()).containsExactly(0);
    assertThat(selection.absent().getFirst().reason())
        .isEqualTo("device 3 does not compute: invalid device ordinal");
  }

  @Test
  void whatWorks_takesOperatorsInTheOrderAskedFor_onEveryDevice() {
    ProviderSettings two =
        new ProviderSettings(List.of(TENSORRT, CUDA), true, List.of(0, 3), Fallback.REFUSED);
    Selection selection =
        Selection.of(two, new Described(Set.of(CPU, CUDA, TENSORRT), true, NO_PROBLEM, 0));
    assertThat(selection.used()).containsExactly(TENSORRT, CUDA, CPU);
    assertThat(selection.description()).isEqualTo("tensorrt, devices 0 and 3");
    assertThat(selection.onGpu()).isTrue();
  }

  @Test
  void refusedFallback_isOneLineWithTheRemedy() {
    assertThatThrownBy(
            () ->
                Selection.of(
                    asked(Fallback.REFUSED, CUDA, CPU),
                    new Described(Set.of(CPU), true, NO_PROBLEM, 0)))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "ONNX Runtime cannot compute on cuda: this build of ONNX Runtime has no CUDA provider;"
                + " build with -Ponnxruntime-gpu, leave cuda out of"
                + " parallax.embedding.onnxruntime.providers or set"
                + " parallax.embedding.onnxruntime.fallback=allowed");
  }

  @Test
  void theCpuAlone_asksTheMachineNothing() {
    Machine unasked =
        new Machine() {
          @Override
          public boolean hasInBuild(ExecutionProvider provider) {
            throw new AssertionError(provider);
          }

          @Override
          public boolean hasDriver() {
            throw new AssertionError();
          }

          @Override
          public Optional<String> trial(ExecutionProvider provider, int device) {
            throw new AssertionError(provider);
          }
        };
    assertThat(Selection.of(asked(Fallback.REFUSED, CPU), unasked).used()).containsExactly(CPU);
  }

  private static ProviderSettings asked(Fallback fallback, ExecutionProvider... order) {
    return new ProviderSettings(List.of(order), true, List.of(0), fallback);
  }

  /**
   * A machine in words.
   *
   * @param problem of {@code brokenDevice}; empty: every device computes
   */
  private record Described(
      Set<ExecutionProvider> build, boolean hasDriver, String problem, int brokenDevice)
      implements Machine {
    @Override
    public boolean hasInBuild(ExecutionProvider provider) {
      return build.contains(provider);
    }

    @Override
    public Optional<String> trial(ExecutionProvider provider, int device) {
      return problem.isEmpty() || device != brokenDevice ? Optional.empty() : Optional.of(problem);
    }
  }
}
