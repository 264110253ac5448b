package dev.parallax.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  @TempDir private Path home;

  private static Request request(String data, String gallery, String test) {
    return new Request(
        data,
        Optional.ofNullable(gallery),
        Optional.ofNullable(test),
        false,
        "simclr",
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        0,
        0);
  }

  private Plan plan(String data, String gallery, String test) {
    return Plan.of(request(data, gallery, test), home);
  }

  private void images(String folder, int count) throws IOException {
    Path directory = Files.createDirectories(home.resolve(folder));
    for (int i = 0; i < count; i++) {
      Files.writeString(directory.resolve(i + ".png"), "image " + i);
    }
  }

  @Test
  void synthetic_isMeasuredOnItsTestSplit() {
    Plan plan = plan("synthetic:train?images=100", null, null);
    assertThat(plan.measurement())
        .contains(new Plan.Measurement("synthetic:train?images=100", "synthetic:test"));
    assertThat(plan.model()).isEqualTo("simclr-synthetic");
    assertThat(plan.randomModel()).isEqualTo("simclr-synthetic-random");
  }

  @Test
  void labelledData_withoutTestDataIsRefused() throws IOException {
    images("data/cat", 2);
    images("data/dog", 2);
    assertThatThrownBy(() -> plan("data", null, null))
        .hasMessage(
            "--data has labels (2 classes), but there are no images to measure on; add --test-data URI, or"
                + " --train-only to leave measuring out");
  }

  @Test
  void sets_thatDoNotFitAreRefusedBeforeAnythingStarts() throws IOException {
    images("data/cat", 2);
    images("data/dog", 2);
    images("cats/cat", 2);
    images("birds/bird", 2);
    images("flat", 2);
    images("one", 1);
    Files.createDirectory(home.resolve("empty"));
    assertThatThrownBy(() -> plan("data", null, "birds"))
        .hasMessage(
            "--test-data has the class bird, which --data has not; its classes are cat, dog");
    assertThatThrownBy(() -> plan("cats", null, "data"))
        .hasMessageStartingWith("--data has images of 1 class only");
    assertThatThrownBy(() -> plan("flat", null, "data"))
        .hasMessageStartingWith("--data has no labels");
    assertThatThrownBy(() -> plan("data", null, "flat"))
        .hasMessageStartingWith("--test-data has no labels");
    assertThatThrownBy(() -> plan("data", null, "data/."))
        .hasMessageContaining("which is also the gallery");
    assertThatThrownBy(() -> plan("one", null, null))
        .hasMessageStartingWith("--data one has 1 image");
    assertThatThrownBy(() -> plan("empty", null, null)).hasMessageContaining("holds no images");
    assertThatThrownBy(() -> plan("nowhere", null, null)).hasMessageContaining("does not exist");
    assertThat(plan("flat", "data", "cats").measurement())
        .contains(
            new Plan.Measurement(home.resolve("data").toString(), home.resolve("cats").toString()));
  }

  @Test
  void batches_thatAreLargerThanTheSetAreRefused() {
    Request request =
        new Request(
            "synthetic:train?images=100",
            Optional.empty(),
            Optional.empty(),
            false,
            "simclr",
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.of(128),
            0,
            0,
            0);
    assertThatThrownBy(() -> Plan.of(request, home))
        .hasMessage("--batch-size is 128; allowed: 2 to 100, the number of images in --data");
  }

  @Test
  void numbers_outOfRangeAreRefused() {
    assertThatThrownBy(
            () ->
                new Request(
                    "synthetic:",
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    "simclr",
                    Optional.empty(),
                    OptionalInt.of(-3),
                    OptionalInt.empty(),
                    0,
                    0,
                    0))
        .hasMessage("--epochs is -3; allowed: 0 to 100000");
  }
}
