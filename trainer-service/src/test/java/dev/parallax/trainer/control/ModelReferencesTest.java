package dev.parallax.trainer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.model.v1.Manifest;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.trainer.recipe.Compositions;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelReferencesTest {
  @TempDir Path home;

  @Test
  void anEncoderThatSaysTheSameInOtherWordsGoesOn() throws Exception {
    Recipe.Builder recipe = Compositions.ntXent();
    publish(recipe);
    recipe
        .getEncoderBuilder()
        .getResnetBuilder()
        .setNorm(Norm.NORM_BATCH)
        .setZeroInitResidual(true);
    assertThat(pinned(recipe).getInitialModel().getVersion()).isEqualTo(1);
  }

  @Test
  void anAmdimEncoderGoesOnWithOtherPairsOfMaps_butNotWithImagesOfAnotherSize() throws Exception {
    Recipe.Builder recipe = Compositions.multiScaleNceOfAmdim();
    publish(recipe);
    recipe.getLossBuilder().getMultiScaleNceBuilder().removePairs(1);
    assertThat(pinned(recipe).getInitialModel().getVersion()).isEqualTo(1);
    recipe.getViewsBuilder().setImageSize(64);
    recipe.getEncoderBuilder().getAmdimBuilder().setFeatures(512);
    assertThatThrownBy(() -> pinned(recipe))
        .hasMessageContaining("spec.initial_model m/1 has another encoder")
        .hasMessageContaining("views.image_size");
  }

  @Test
  void anEncoderOfAnotherWidthIsRefusedByItsFirstWeightThatDiffers() throws Exception {
    Recipe.Builder recipe = Compositions.ntXent();
    publish(recipe);
    recipe.getEncoderBuilder().getResnetBuilder().setWidth(0.5);
    assertThatThrownBy(() -> pinned(recipe))
        .hasMessageContaining("its conv1.weight is [16, 3, 3, 3], not [32, 3, 3, 3]");
  }

  private void publish(Recipe.Builder recipe) throws IOException {
    Path onnx = Files.write(home.resolve("m.onnx"), new byte[] {1});
    new ModelRepository(home.resolve("models"))
        .publish(
            Manifest.newBuilder()
                .setModel("m")
                .setEmbeddingSize(4)
                .setJob("job")
                .setRecipe(recipe)
                .build(),
            onnx);
  }

  private TrainingSpec pinned(Recipe.Builder recipe) {
    return ModelReferences.pinned(
        TrainingSpec.newBuilder()
            .setRecipe(recipe)
            .setInitialModel(ModelReference.newBuilder().setModel("m"))
            .build(),
        new ModelRepository(home.resolve("models")));
  }
}
