package dev.parallax.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.trainer.v1.Amdim;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecipeSummaryTest {
  @Test
  void recipes_areGroupedByTheLongestMethodThatTheyBeginWith() {
    List<Recipe> recipes =
        Stream.of(
                "simclr-v2-small",
                "simclr-small",
                "simclr-v2-imagenet-sk",
                "simclr-cifar",
                "byol-imagenet-300",
                "my-own")
            .map(name -> Recipe.newBuilder().setName(name).build())
            .toList();
    assertThat(
            RecipeSummary.byMethod(recipes).entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().stream().map(Recipe::getName).toList()))
        .containsExactly(
            "byol: [byol-imagenet-300]",
            "my-own: [my-own]",
            "simclr: [simclr-cifar, simclr-small]",
            "simclr-v2: [simclr-v2-imagenet-sk, simclr-v2-small]");
  }

  @Test
  void encoders_areNamedShort() {
    assertThat(RecipeSummary.encoder(resnet(50, 1, 0))).isEqualTo("ResNet-50");
    assertThat(RecipeSummary.encoder(resnet(18, 0.25, 0))).isEqualTo("ResNet-18 ×0.25");
    assertThat(RecipeSummary.encoder(resnet(152, 3, 0.0625))).isEqualTo("SK-ResNet-152 ×3");
    assertThat(
            RecipeSummary.encoder(
                Encoder.newBuilder().setAmdim(Amdim.newBuilder().setChannels(128)).build()))
        .isEqualTo("AMDIM 128");
  }

  @Test
  void losses_haveANameEach() {
    assertThat(
            Loss.getDescriptor().getFields().stream()
                .map(
                    field -> {
                      Loss.Builder loss = Loss.newBuilder();
                      return loss.setField(field, loss.newBuilderForField(field).build()).build();
                    })
                .map(RecipeSummary::loss))
        .hasSize(11)
        .doesNotHaveDuplicates()
        .doesNotContain("-");
  }

  private static Encoder resnet(int depth, double width, double sk) {
    return Encoder.newBuilder()
        .setResnet(ResNet.newBuilder().setDepth(depth).setWidth(width).setSkRatio(sk))
        .build();
  }
}
