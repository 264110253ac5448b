package dev.parallax.trainer.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerCommandTest {
  @TempDir Path directory;

  @Test
  void environment_addsDefaultsKeepsChoicesAndDropsSecrets() {
    Map<String, String> environment =
        WorkerCommand.environment(
            Map.of(
                "OMP_WAIT_POLICY", "active",
                "PATH", "/bin",
                "PARALLAX_TRAINER_TOKEN", "secret",
                "PARALLAX_TRAINER_DATABASE_PASSWORD", "secret"));
    assertThat(environment)
        .containsEntry("OMP_WAIT_POLICY", "active")
        .containsEntry("PATH", "/bin")
        .containsEntry("MALLOC_TOP_PAD_", "67108864")
        .containsEntry("DJL_OFFLINE", "true")
        .doesNotContainValue("secret");
  }

  @Test
  void arguments_boundTheHeapAndEndWithTheJob() {
    assertThat(
            new WorkerCommand(Path.of("/jdk/bin/java"), "2g", "a:b", "Main")
                .arguments(Path.of("/jobs/1")))
        .startsWith("/jdk/bin/java", "-Xmx2g", "-XX:MaxDirectMemorySize=5g")
        .containsSequence("-cp", "a:b", "Main", "/jobs/1");
  }

  @Test
  void heap_isChecked() {
    for (String heap : new String[] {"", "2", "2gb", "-1g", "2g -Dx=y"}) {
      assertThatThrownBy(() -> new WorkerCommand(Path.of("java"), heap, "a", "M"))
          .hasMessageStartingWith("parallax.trainer.worker-memory is \"" + heap + "\"; allowed");
    }
  }

  @Test
  void packagedService_namesTheJarsBesideItsRunner() throws Exception {
    Files.createDirectories(directory.resolve("app"));
    Files.createDirectories(directory.resolve("lib/main"));
    assertThat(WorkerClassPath.of(directory.resolve("quarkus-run.jar").toString()))
        .isEqualTo(directory.resolve("app/*") + ":" + directory.resolve("lib/main/*"));
  }

  @Test
  void otherClassPath_isMadeAbsolute() {
    assertThat(WorkerClassPath.of("/a/b.jar:target/classes"))
        .isEqualTo("/a/b.jar:" + Path.of("target/classes").toAbsolutePath());
  }
}
