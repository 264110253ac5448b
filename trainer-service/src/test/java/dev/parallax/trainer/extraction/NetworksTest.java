package dev.parallax.trainer.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parallax.trainer.encoder.Encoders;
import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.encoder.ParameterSpec;
import dev.parallax.trainer.v1.Context;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.MapPair;
import dev.parallax.trainer.v1.MultiScaleNce;
import dev.parallax.trainer.v1.Norm;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworksTest {
  @Test
  void aGridOfPatchesIsTrainedPatchByPatchAndServedImageByImage() {
    Network network = Networks.of(cpc(64, 16, 8));
    assertThat(network.rowSide()).isEqualTo(16);
    assertThat(network.patches().orElseThrow().rows()).isEqualTo(7);
    assertThat(((Layer.Sequential) network.served()).layers())
        .containsExactly(new Layer.Patches(16, 8), network.encoder(), new Layer.PatchMean(49, 64));
  }

  @Test
  void withoutPatchesTheServedNetworkIsTheTrainedOne() {
    Recipe.Builder recipe = cpc(64, 16, 8).toBuilder();
    recipe.getViewsBuilder().getPipelinesBuilder(0).clearPatches();
    Network network = Networks.of(recipe.build());
    assertThat(network.served()).isSameAs(network.encoder());
    assertThat(network.rowSide()).isEqualTo(64);
  }

  @Test
  void anImageOfManyPatchesCountsAsManyRows() {
    Network patches = Networks.of(cpc(64, 16, 8));
    assertThat(patches.imagesOf(128)).isEqualTo(2);
    assertThat(patches.imagesOf(10)).isEqualTo(1);
    Recipe.Builder whole = cpc(64, 16, 8).toBuilder();
    whole.getViewsBuilder().getPipelinesBuilder(0).clearPatches();
    assertThat(Networks.of(whole.build()).imagesOf(128)).isEqualTo(128);
  }

  @Test
  void contextAndPredictionAreTrainedButNotPartOfTheWhole() {
    Network network = Networks.of(cpc(64, 16, 8));
    List<String> trained = names(network.trained());
    assertThat(trained)
        .contains("context.1.conv4.bias", "prediction.0.linear.weight", "projection.0.linear.bias");
    assertThat(names(network.whole()))
        .isSubsetOf(trained)
        .noneMatch(name -> name.startsWith("context") || name.startsWith("prediction"));
  }

  @Test
  void aPredictionFollowsTheProjection() {
    Layer.Linear first =
        (Layer.Linear) Networks.of(cpc(64, 16, 8)).prediction().layers().getFirst();
    assertThat(first.in()).isEqualTo(12);
  }

  @Test
  void amdimPreparesTheMapsThatTheLossNames() {
    Recipe recipe =
        Recipe.newBuilder()
            .setViews(Views.newBuilder().setImageSize(32))
            .setEncoder(Encoders.amdim(8, 16, 1, false))
            .setLoss(
                dev.parallax.trainer.v1.Loss.newBuilder()
                    .setMultiScaleNce(
                        MultiScaleNce.newBuilder()
                            .addPairs(MapPair.newBuilder().setFrom("1").setTo("7"))))
            .build();
    assertThat(names(Networks.of(recipe).trained()))
        .contains("rkhs_block_7.conv1.weight")
        .noneMatch(name -> name.startsWith("rkhs_block_5"));
  }

  @Test
  void aGridThatDoesNotFitTheImageIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Networks.of(cpc(64, 16, 10)))
        .withMessageContaining("64 pixels")
        .withMessageContaining("patches of 16 with stride 10");
  }

  private static List<String> names(Layer layer) {
    return ParameterNames.of(layer).stream().map(ParameterSpec::name).toList();
  }

  private static Recipe cpc(int side, int size, int stride) {
    return Recipe.newBuilder()
        .setViews(
            Views.newBuilder()
                .setImageSize(side)
                .addPipelines(
                    ViewPipeline.newBuilder()
                        .setCount(1)
                        .setPatches(Patches.newBuilder().setSize(size).setStride(stride))))
        .setEncoder(Encoders.resNet(18, 0.125, Stem.STEM_CIFAR, Norm.NORM_LAYER, 0))
        .setExtraction(
            Extraction.newBuilder()
                .addProjection(HeadLayer.newBuilder().setSize(12))
                .addPrediction(HeadLayer.newBuilder().setSize(12))
                .setContext(Context.newBuilder().setBlocks(2).setHidden(8)))
        .build();
  }
}
