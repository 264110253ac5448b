package dev.parallax.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parallax.cli.CliException;
import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.FakeTrainer;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Stem;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss.nt_xent.temprature=1 | --set loss.nt_xent.temprature is unknown; allowed: temperature",
        "optimization.epochs=ten | --set optimization.epochs is ten; allowed: a whole number",
        "loss.nt_xent.temperature=NaN | --set loss.nt_xent.temperature is NaN; allowed: a finite number",
        "encoder.resnet.stem=small | --set encoder.resnet.stem is small; allowed: imagenet, cifar",
        "encoder.resnet.zero_init_residual=yes"
            + " | --set encoder.resnet.zero_init_residual is yes; allowed: true or false",
        "views.pipelines[3].count=1 | --set views.pipelines[3] does not exist; allowed: an index below 1",
        "views.pipelines.count=1 | --set views.pipelines is a list; allowed: views.pipelines[0]",
        "loss[0].nt_xent.temperature=1 | --set loss[0] is no list; allowed: loss",
        "loss=1 | --set loss is 1; allowed: none, or loss.nt_xent",
        "optimization.epochs.more=1 | --set optimization.epochs.more is unknown; allowed: optimization.epochs",
        "temperature | --set is temperature; allowed: path=value, as in loss.nt_xent.temperature=0.2"
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
