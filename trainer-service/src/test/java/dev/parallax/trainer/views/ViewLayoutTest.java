package dev.parallax.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.Patches;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import org.junit.jupiter.api.Test;

class ViewLayoutTest {
  @Test
  void simClrHasOneBlock() {
    Views views = Recipes.named("recipe", "simclr-small").getViews();
    int side = views.getImageSize();
    assertThat(ViewLayout.of(views, 256).blocks())
        .containsExactly(new ViewBlock(side, 0, 2, 1, 0, 512));
  }

  @Test
  void aMultiCropHasABlockForEachSide() {
    // Caron et al. 2020: 2 x 224 and 6 x 96.
    ViewLayout layout = ViewLayout.of(views(224, plain(2, 0), plain(6, 96)), 4);
    assertThat(layout.blocks())
        .containsExactly(
            new ViewBlock(224, 0, 2, 1, 0, 8), new ViewBlock(96, 2, 6, 1, 8 * 224 * 224 * 3, 24));
    assertThat(layout.views()).isEqualTo(8);
    assertThat(layout.rows()).isEqualTo(32);
    assertThat(layout.bytes()).isEqualTo(8 * 224 * 224 * 3 + 24 * 96 * 96 * 3);
  }

  @Test
  void neighbouringPipelinesOfOneSideShareABlock() {
    assertThat(ViewLayout.of(views(32, plain(1, 0), plain(1, 32), plain(2, 16)), 2).blocks())
        .extracting(ViewBlock::views)
        .containsExactly(2, 2);
  }

  @Test
  void pipelinesOfOneSideWithAnotherBetweenThemDoNot() {
    assertThat(ViewLayout.of(views(32, plain(1, 0), plain(1, 16), plain(1, 32)), 2).blocks())
        .extracting(ViewBlock::side)
        .containsExactly(32, 16, 32);
  }

  @Test
  void patchesAreRowsOfTheirOwn() {
    ViewLayout layout = ViewLayout.of(views(32, patches(1, 8, 4), plain(1, 8)), 3);
    assertThat(layout.blocks())
        .containsExactly(
            new ViewBlock(8, 0, 1, 49, 0, 147), new ViewBlock(8, 1, 1, 1, 147 * 192, 3));
    assertThat(layout.rows()).isEqualTo(150);
  }

  @Test
  void aGridHasAsManyPatchesAsFit() {
    assertThat(ViewLayout.grid(32, Patches.newBuilder().setSize(8).setStride(4).build()))
        .isEqualTo(7);
    assertThat(ViewLayout.grid(64, Patches.newBuilder().setSize(16).setStride(8).build()))
        .isEqualTo(7);
    assertThat(ViewLayout.grid(256, Patches.newBuilder().setSize(64).setStride(32).build()))
        .isEqualTo(7);
  }

  @Test
  void whatNoBufferHoldsIsCountedAndRefused() {
    Views views = views(1024, patches(16, 512, 1));
    assertThat(ViewLayout.rows(views, 65_536)).isEqualTo(16L * 65_536 * 513 * 513);
    assertThat(ViewLayout.bytes(views, 65_536)).isEqualTo(16L * 65_536 * 513 * 513 * 512 * 512 * 3);
    assertThatThrownBy(() -> ViewLayout.of(views(1024, plain(2, 0)), 4096))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the views of a batch of 4096 images have 25769803776 bytes; allowed: at most"
                + " 2147483647");
  }

  @Test
  void patchesHaveToTileTheView() {
    assertThatThrownBy(() -> ViewLayout.of(views(32, patches(1, 8, 5)), 2))
        .hasMessageContaining("patches of 8 pixels every 5 pixels in views of 32");
    assertThatThrownBy(() -> ViewLayout.of(views(32, patches(1, 32, 4)), 2))
        .hasMessageContaining("patches of 32 pixels every 4 pixels in views of 32");
    assertThatThrownBy(() -> ViewLayout.of(views(32, patches(1, 8, 0)), 2))
        .hasMessageContaining("patches of 8 pixels every 0 pixels in views of 32");
  }

  private static Views views(int side, ViewPipeline... pipelines) {
    Views.Builder views = Views.newBuilder().setImageSize(side);
    for (ViewPipeline pipeline : pipelines) {
      views.addPipelines(pipeline);
    }
    return views.build();
  }

  private static ViewPipeline plain(int count, int side) {
    return ViewPipeline.newBuilder().setCount(count).setImageSize(side).build();
  }

  private static ViewPipeline patches(int count, int size, int stride) {
    return ViewPipeline.newBuilder()
        .setCount(count)
        .setPatches(Patches.newBuilder().setSize(size).setStride(stride))
        .build();
  }
}
