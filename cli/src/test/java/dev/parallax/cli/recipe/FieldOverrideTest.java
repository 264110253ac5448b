package dev.parallax.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.cli.CliException;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.FakeTrainer;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.ViewPipeline;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldOverrideTest {
  private static final Recipe RECIPE = FakeTrainer.recipe("simclr-small");

  private static Recipe with(String override) {
    return FieldOverride.parse(override).applyTo(RECIPE);
  }

  @Test
  void set_reachesFieldsListsAndEnums() {
    assertThat(with("loss.nt_xent.temperature=0.5").getLoss().getNtXent().getTemperature())
        .isEqualTo(0.5);
    assertThat(
            with("views.pipelines[0].color_jitter.hue=0.2")
                .getViews()
                .getPipelines(0)
                .getColorJitter()
                .getHue())
        .isEqualTo(0.2);
    assertThat(with("encoder.resnet.stem=imagenet").getEncoder().getResnet().getStem())
        .isEqualTo(Stem.STEM_IMAGENET);
    assertThat(with("encoder.resnet.stem=STEM_IMAGENET").getEncoder().getResnet().getStem())
        .isEqualTo(Stem.STEM_IMAGENET);
    assertThat(with("encoder.resnet.depth=50").getEncoder().getResnet().getDepth()).isEqualTo(50);
    assertThat(
            with("extraction.projection[0].relu=true").getExtraction().getProjection(0).getRelu())
        .isTrue();
  }

  @Test
  void set_bringsPartsInAndTakesThemAway() {
    assertThat(with("views.pipelines[0].blur.probability=0.5").getViews().getPipelines(0).hasBlur())
        .isTrue();
    assertThat(
            with("views.pipelines[0].color_jitter=none")
                .getViews()
                .getPipelines(0)
                .hasColorJitter())
        .isFalse();
    assertThat(with("optimization.lars.trust_coefficient=0.001").getOptimization().hasSgd())
        .as("one optimizer takes the place of the other")
        .isFalse();
  }

  @Test
  void set_leavesTheRestAlone() {
    assertThat(with("loss.nt_xent.temperature=0.2")).isEqualTo(RECIPE);
  }

  @Test
  void paths_mayLeaveOutWhatTheRecipeHasChosen() {
    assertThat(with("loss.temperature=0.5")).isEqualTo(with("loss.nt_xent.temperature=0.5"));
    assertThat(with("encoder.width=2")).isEqualTo(with("encoder.resnet.width=2"));
    assertThat(with("optimization.momentum=0.8")).isEqualTo(with("optimization.sgd.momentum=0.8"));
    Recipe.Builder moco = RECIPE.toBuilder();
    moco.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99);
    Recipe changed = FieldOverride.parse("targets.momentum=0.9").applyTo(moco.build());
    assertThat(changed.getTargets().getMomentumEncoder().getMomentum()).isEqualTo(0.9);
    assertThat(with("targets.queue.size=512").getTargets().getQueue().getSize())
        .as("a field of its own comes first")
        .isEqualTo(512);
  }

  @Test
  void names_mayBeInCamelCase() {
    assertThat(with("views.pipelines[0].colorJitter.hue=0.3"))
        .isEqualTo(with("views.pipelines[0].color_jitter.hue=0.3"));
    assertThat(with("optimization.batchSize=64")).isEqualTo(with("optimization.batch_size=64"));
  }

  @Test
  void lists_withoutAnIndexMeanAllOfTheirElements() {
    Recipe.Builder two = RECIPE.toBuilder();
    two.getViewsBuilder().addPipelines(RECIPE.getViews().getPipelines(0));
    for (String path :
        List.of("views.pipelines.colorJitter", "views.color_jitter", "views.colorJitter")) {
      Recipe without = FieldOverride.parse(path + "=off").applyTo(two.build());
      assertThat(without.getViews().getPipelinesList())
          .hasSize(2)
          .noneMatch(ViewPipeline::hasColorJitter);
    }
    Recipe strong = FieldOverride.parse("views.color_jitter.hue=0.4").applyTo(two.build());
    assertThat(strong.getViews().getPipelinesList())
        .allMatch(pipeline -> pipeline.getColorJitter().getHue() == 0.4);
    Recipe larger = FieldOverride.parse("views.image_size=64").applyTo(two.build());
    assertThat(larger.getViews().getImageSize()).as("its own comes first").isEqualTo(64);
    assertThat(larger.getViews().getPipelines(0).getImageSize()).isZero();
    assertThat(FieldOverride.parse("views.pipelines[1]=none").applyTo(two.build()).getViews())
        .isEqualTo(RECIPE.getViews());
  }

  @Test
  void parts_areTakenAwayAndKept() {
    assertThat(with("views.color_jitter=off"))
        .isEqualTo(with("views.pipelines[0].color_jitter=none"));
    assertThat(with("views.color_jitter=on")).isEqualTo(RECIPE);
    assertThat(with("targets.stop_gradient=on").getTargets().hasStopGradient())
        .as("there is nothing else to set in it")
        .isTrue();
    assertThat(with("loss.negative_cosine=on").getLoss().hasNegativeCosine()).isTrue();
    assertThat(with("encoder.zero_init_residual=on").getEncoder().getResnet().getZeroInitResidual())
        .isTrue();
    assertThat(with("extraction.projection[0].batch_norm=off").getExtraction().getProjection(0))
        .isEqualTo(HeadLayer.newBuilder().setSize(128).build());
  }

  @Test
  void alternatives_withNothingToSetAreChosenByTheirName() {
    assertThat(with("targets=stop_gradient")).isEqualTo(with("targets.stop_gradient=on"));
    assertThat(with("targets=stopGradient")).isEqualTo(with("targets=stop_gradient"));
    assertThat(with("loss=negative_cosine").getLoss().hasNegativeCosine()).isTrue();
    assertThat(with("loss=negative_cosine").getLoss().hasNtXent()).isFalse();
    Recipe back = FieldOverride.parse("targets=in_batch").applyTo(with("targets=stop_gradient"));
    assertThat(back).isEqualTo(RECIPE);
  }

  @Test
  void alternatives_withFieldsAreKept() {
    Recipe.Builder moco = RECIPE.toBuilder();
    moco.getTargetsBuilder().getMomentumEncoderBuilder().setMomentum(0.99);
    moco.getTargetsBuilder().getQueueBuilder().setSize(512);
    assertThat(FieldOverride.parse("targets=momentum_encoder").applyTo(moco.build()))
        .isEqualTo(moco.build());
    assertThat(with("loss=nt_xent")).isEqualTo(RECIPE);
    Recipe other = FieldOverride.parse("targets=stop_gradient").applyTo(moco.build());
    assertThat(other.getTargets().hasMomentumEncoder()).isFalse();
    assertThat(other.getTargets().getQueue().getSize())
        .as("what does not exclude it stays")
        .isEqualTo(512);
  }

  @Test
  void heads_haveNamesForTheirShapes() {
    Recipe.Builder mlp = RECIPE.toBuilder();
    mlp.getExtractionBuilder().addProjection(HeadLayer.newBuilder().setSize(64).setBatchNorm(true));
    assertThat(
            FieldOverride.parse("extraction.projection=linear")
                .applyTo(mlp.build())
                .getExtraction()
                .getProjectionList())
        .containsExactly(HeadLayer.newBuilder().setSize(64).build());
    assertThat(FieldOverride.parse("extraction.projection=mlp").applyTo(mlp.build()))
        .isEqualTo(mlp.build());
    assertThat(with("extraction.projection=none").getExtraction().getProjectionList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "loss.nt_xent.temprature=1 | --set loss.nt_xent.temprature is unknown; allowed: temperature",
        "optimization.epochs=ten | --set optimization.epochs is ten; allowed: a whole number",
        "loss.nt_xent.temperature=NaN | --set loss.nt_xent.temperature is NaN; allowed: a finite number",
        "encoder.resnet.stem=small | --set encoder.resnet.stem is small; allowed: imagenet, cifar, imagenet_d",
        "encoder.resnet.zero_init_residual=yes"
            + " | --set encoder.resnet.zero_init_residual is yes; allowed: on or off",
        "views.pipelines[3].count=1 | --set views.pipelines[3] does not exist; allowed: an index below 1",
        "views.pipelines=2 | --set views.pipelines is a list and cannot be 2; allowed: none, or views.pipelines[0]",
        "views.blur=on | --set views.pipelines[0].blur is on, and the recipe has none to keep; allowed:"
            + " views.pipelines[0].blur.probability, views.pipelines[0].blur.min_sigma,"
            + " views.pipelines[0].blur.max_sigma",
        "loss.momentum=1 | --set loss.momentum is unknown; allowed: nt_xent, info_nce, bank_nce, instance_spreading,"
            + " normalized_mse, negative_cosine, swapped_prediction, row_prediction, multi_scale_nce, cross_entropy,"
            + " distillation, temperature",
        "optimization.steps.factor=1 | --set optimization.steps is empty; allowed: a list that has elements",
        "extraction.projection=deep | --set extraction.projection is a list and cannot be deep; allowed: none, linear,"
            + " mlp, or extraction.projection[0].size",
        "extraction.projection=mlp | --set extraction.projection is mlp, and the recipe's own head has 1 layer; allowed:"
            + " none, linear",
        "extraction.prediction=linear | --set extraction.prediction is linear, and the recipe has no head to take a size"
            + " from; allowed: none",
        "targets.in_batch=2 | --set targets.in_batch is 2; allowed: on, none",
        "targets=queue | --set targets is queue; allowed: none, in_batch, stop_gradient, labels, teacher, or"
            + " targets.in_batch, targets.stop_gradient, targets.momentum_encoder, targets.memory_bank,"
            + " targets.prototypes, targets.labels, targets.teacher, targets.queue",
        "targets=memory_bank | --set targets is memory_bank, and the recipe has none to keep; allowed:"
            + " targets.memory_bank.momentum",
        "loss..temperature=1 | --set loss..temperature is not a path; allowed: names of fields joined by dots, list[0]",
        "loss[0].nt_xent.temperature=1 | --set loss[0] is no list; allowed: loss",
        "extraction.context=1 | --set extraction.context is 1; allowed: none, or extraction.context.blocks,"
            + " extraction.context.hidden",
        "optimization.epochs.more=1 | --set optimization.epochs.more is unknown; allowed: optimization.epochs",
        "temperature | --set is temperature; allowed: path=value, as in loss.temperature=0.2"
      })
  void refusals_namePathValueAndWhatIsAllowed(String override, String message) {
    assertThatThrownBy(() -> with(override))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  @Test
  void yaml_showsTheNamesThatSetTakes() {
    assertThat(RecipeText.yaml(RECIPE))
        .contains(
            """
            loss:
              nt_xent:
                temperature: 0.2
            targets:
              in_batch: {}
            """,
            """
              pipelines:
              - count: 2
                color_jitter:
            """,
            "    stem: cifar\n",
            "source: \"a paper, \\\"eq. 1\\\"\"\n")
        .doesNotContain("lars", "blur");
  }
}
