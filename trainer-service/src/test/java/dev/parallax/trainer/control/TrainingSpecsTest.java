package dev.parallax.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parallax.platform.errors.RequestException;
import dev.parallax.trainer.recipe.Compositions;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingSpecsTest {
  private static final String DATA = "synthetic:train?images=2560";

  @TempDir Path folder;

  record Case(Recipe.Builder recipe, Consumer<TrainingSpec.Builder> change, String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  @ParameterizedTest
  @MethodSource({"models", "images"})
  void whatDoesNotFitTheSpec_isRefused(Case refused) {
    TrainingSpec.Builder spec = spec(refused.recipe());
    refused.change().accept(spec);
    assertThat(refusal(spec)).hasMessage(refused.message());
    assertThat(refusal(spec).field())
        .isEqualTo(refused.message().substring(0, refused.message().indexOf(' ')));
  }

  static Stream<Case> models() {
    return Stream.of(
        new Case(
            Compositions.distillation(),
            s -> {},
            "spec.teacher_model is not set; allowed: a published model with the output logits,"
                + " because spec.recipe.targets is teacher"),
        new Case(
            Compositions.ntXent(),
            s -> s.getTeacherModelBuilder().setModel("big"),
            "spec.teacher_model is \"big\"; allowed: not set unless spec.recipe.targets is"
                + " teacher"),
        new Case(
            Compositions.distillation(),
            s -> s.getTeacherModelBuilder().setModel("../big"),
            "spec.teacher_model.model is \"../big\"; allowed: 1 to 63 of a-z, 0-9, '.', '_' and"
                + " '-', a letter or digit first, no \"..\""),
        new Case(
            Compositions.ntXent(),
            s -> s.getInitialModelBuilder().setModel(""),
            "spec.initial_model.model is empty; allowed: 1 to 63 of a-z, 0-9, '.', '_' and '-', a"
                + " letter or digit first, no \"..\""),
        new Case(
            Compositions.ntXent(),
            s -> s.getInitialModelBuilder().setModel("small").setVersion(-1),
            "spec.initial_model.version is -1; allowed: 1 or more, or 0 for the newest"));
  }

  static Stream<Case> images() {
    return Stream.of(
        new Case(
            Compositions.ntXent(),
            s -> s.setData("synthetic:train?images=100"),
            "spec.recipe.optimization.batch_size is 256; allowed: 2 to 100, the number of images in"
                + " synthetic:train?images=100"),
        new Case(
            Compositions.ntXent(),
            s -> s.getRecipeBuilder().getOptimizationBuilder().setAccumulatedBatches(11),
            "spec.recipe.optimization.accumulated_batches is 11; allowed: 0 to 10, the number of"
                + " batches in an epoch"),
        new Case(
            Compositions.bankNce(),
            s -> s.getRecipeBuilder().getLossBuilder().getBankNceBuilder().setNegatives(2560),
            "spec.recipe.loss.bank_nce.negatives is 2560; allowed: 0 to 2559, the number of other"
                + " images in synthetic:train?images=2560"),
        new Case(
            Compositions.bankNce(),
            s -> {
              s.setData("synthetic:train?images=1000000");
              s.getRecipeBuilder().getExtractionBuilder().getProjectionBuilder(1).setSize(2048);
            },
            "spec.data synthetic:train?images=1000000 has 1000000 images; allowed: at most 131072"
                + " with a memory bank of 2048 values for each (1 GiB)"),
        new Case(
            Compositions.bankNce(),
            s -> {
              s.setData("synthetic:train?images=1000000");
              s.getRecipeBuilder().getOptimizationBuilder().setBatchSize(512);
            },
            "spec.recipe.optimization.batch_size is 512; allowed: at most 268 with a softmax over"
                + " 1000000 images, or draw loss.bank_nce.negatives of them"),
        new Case(
            Compositions.crossEntropy(),
            s -> labels(s, 0.001),
            "spec.recipe.loss.cross_entropy.label_fraction is 0.001; allowed: 0.003907 to 1, for an"
                + " image of each class; the smallest in synthetic:train?images=2560 has 256"),
        new Case(
            Compositions.crossEntropy(),
            s -> labels(s, 0.05),
            "spec.recipe.optimization.batch_size is 256; allowed: 2 to 120, the number of labelled"
                + " images of synthetic:train?images=2560 that label_fraction leaves"));
  }

  @Test
  void specsThatFit_areAccepted() {
    TrainingSpec.Builder distilled = spec(Compositions.distillation());
    distilled.getTeacherModelBuilder().setModel("big");
    TrainingSpec.Builder tuned = spec(Compositions.crossEntropy());
    labels(tuned, 0.11).getInitialModelBuilder().setModel("small").setVersion(3);
    for (TrainingSpec.Builder spec : new TrainingSpec.Builder[] {distilled, tuned}) {
      assertThatCode(() -> TrainingSpecs.validate(spec.build())).doesNotThrowAnyException();
    }
  }

  @Test
  void fineTuning_needsLabels() throws IOException {
    for (int i = 0; i < 3; i++) {
      Path file = Files.createFile(folder.resolve(i + ".png"));
      ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
    TrainingSpec.Builder spec = spec(Compositions.crossEntropy()).setData(folder.toString());
    assertThat(refusal(spec))
        .hasMessage(
            "spec.data "
                + folder
                + " has 0 labelled classes; allowed: 2 or more with the loss cross_entropy");
  }

  private static TrainingSpec.Builder labels(TrainingSpec.Builder spec, double fraction) {
    spec.getRecipeBuilder().getLossBuilder().getCrossEntropyBuilder().setLabelFraction(fraction);
    return spec;
  }

  private static TrainingSpec.Builder spec(Recipe.Builder recipe) {
    return TrainingSpec.newBuilder().setModel("m").setData(DATA).setRecipe(recipe);
  }

  private static RequestException refusal(TrainingSpec.Builder spec) {
    return catchThrowableOfType(RequestException.class, () -> TrainingSpecs.validate(spec.build()));
  }
}
