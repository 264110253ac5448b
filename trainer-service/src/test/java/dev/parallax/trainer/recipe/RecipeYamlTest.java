package dev.parallax.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.parallax.platform.errors.RequestException;
import dev.parallax.platform.errors.RequestException.Kind;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeYamlTest {
  private static final String YAML =
      """
      # A recipe as somebody would write it.
      name: my-simclr
      source: "my notes, \\"page 2\\""
      views:
        image_size: 32
        pipelines:
        - count: 2
          crop: {min_scale: .2, max_scale: 1}
          flip: {probability: 0.5}
          colorJitter: &jitter {brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8}
      encoder:
        resnet: {depth: 18, width: 0.25, stem: cifar, zero_init_residual: on}
      extraction:
        projection:
        - {size: 128, batch_norm: true, relu: yes}
        - {size: 0128, batch_norm: no}
      similarity: SIMILARITY_COSINE
      loss: {nt_xent: {temperature: 0.2}}
      targets:
        in_batch:
      optimization:
        sgd: {momentum: 0.9}
        learning_rate: 12e-2
        rate_scaling: linear
        weight_decay: 1e-4
        batch_size: 256
        epochs: 10
        warmup_epochs: 0.5
        decay: Cosine
      """;

  private static RequestException refusal(String yaml) {
    return catchThrowableOfType(RequestException.class, () -> RecipeYaml.parse("recipe", yaml));
  }

  @Test
  void fields_areReadByTheirNames() {
    Recipe recipe = RecipeYaml.parse("recipe", YAML);
    assertThat(recipe.getName()).isEqualTo("my-simclr");
    assertThat(recipe.getSource()).isEqualTo("my notes, \"page 2\"");
    assertThat(recipe.getViews().getPipelines(0).getCrop().getMinScale()).isEqualTo(0.2);
    assertThat(recipe.getViews().getPipelines(0).getColorJitter())
        .isEqualTo(
            ColorJitter.newBuilder()
                .setBrightness(0.4)
                .setContrast(0.4)
                .setSaturation(0.4)
                .setHue(0.1)
                .setProbability(0.8)
                .build());
    assertThat(recipe.getEncoder().getResnet().getStem()).isEqualTo(Stem.STEM_CIFAR);
    assertThat(recipe.getEncoder().getResnet().getZeroInitResidual()).isTrue();
    assertThat(recipe.getExtraction().getProjection(0).getRelu()).isTrue();
    assertThat(recipe.getExtraction().getProjection(1).getSize()).as("no octal").isEqualTo(128);
    assertThat(recipe.getExtraction().getProjection(1).getBatchNorm()).isFalse();
    assertThat(recipe.getSimilarity()).isEqualTo(Similarity.SIMILARITY_COSINE);
    assertThat(recipe.getTargets().hasInBatch()).as("chosen by its name alone").isTrue();
    assertThat(recipe.getOptimization().getWeightDecay()).as("no text").isEqualTo(1e-4);
    assertThat(recipe.getOptimization().getLearningRate()).isEqualTo(0.12);
    assertThat(recipe.getOptimization().getDecay()).isEqualTo(Decay.DECAY_COSINE);
  }

  static List<Recipe> everyBuiltInRecipe_isReadFromItsJson() {
    return Recipes.builtIn();
  }

  @ParameterizedTest
  @MethodSource
  void everyBuiltInRecipe_isReadFromItsJson(Recipe recipe) throws InvalidProtocolBufferException {
    assertThat(RecipeYaml.parse("recipe", JsonFormat.printer().print(recipe))).isEqualTo(recipe);
    String named = JsonFormat.printer().preservingProtoFieldNames().print(recipe);
    assertThat(RecipeYaml.parse("recipe", named)).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hue: 0.1 | hue: 0.7 | views.pipelines[0].color_jitter.hue is 0.7; allowed: 0 to 0.5",
        "depth: 18 | depth: deep | encoder.resnet.depth is deep; allowed: a whole number",
        "depth: 18 | depth: 18.5 | encoder.resnet.depth is 18.5; allowed: a whole number",
        "depth: 18 | depth: 99999999999 | encoder.resnet.depth is 99999999999; allowed: a whole number",
        "depth: 18 | depth: \"18\" | encoder.resnet.depth is \"18\"; allowed: a whole number, without quotes",
        "temperature: 0.2 | temperature: .nan | loss.nt_xent.temperature is .nan; allowed: a number",
        "temperature: 0.2 | temperature: 1e999 | loss.nt_xent.temperature is 1e999; allowed: a number",
        "temperature: 0.2 | temperature: | loss.nt_xent.temperature is null; allowed: a number",
        "temperature: 0.2 | temperature: [1] | loss.nt_xent.temperature is a list; allowed: a number",
        "temperature: 0.2 | temprature: 0.2"
            + " | loss.nt_xent.temprature is unknown; did you mean temperature? allowed: temperature",
        "hue: 0.1 | colour: 0.1 | views.pipelines[0].color_jitter.colour is unknown; allowed: brightness, contrast,"
            + " saturation, hue, probability",
        "relu: yes | relu: perhaps | extraction.projection[0].relu is perhaps; allowed: true or false",
        "stem: cifar | stem: imagnet | encoder.resnet.stem is imagnet; allowed: imagenet, cifar, imagenet_d;"
            + " did you mean imagenet?",
        "stem: cifar | stem: unspecified | encoder.resnet.stem is unspecified; allowed: imagenet, cifar, imagenet_d",
        "sgd: {momentum: 0.9} | sgd: {momentum: 0.9}, lars: {}"
            + " | optimization.lars is set beside sgd; allowed: one of sgd, lars, adam, adamw, larc",
        "flip: {probability: 0.5} | flip: 0.5 | views.pipelines[0].flip is 0.5; allowed: a mapping of probability",
        "crop: {min_scale: .2, max_scale: 1} | crop: [0.2] | views.pipelines[0].crop is a list; allowed: a mapping of"
            + " min_scale, max_scale",
        "min_scale: .2 | min_scale: .2, minScale: .3 | views.pipelines[0].crop.min_scale is there twice, again in line"
            + " 8; allowed: once",
        "min_scale: .2 | [a]: .2 | views.pipelines[0].crop has a list for a name; allowed: min_scale, max_scale",
        "in_batch: | in_batch: {momentum: 1} | targets.in_batch.momentum is unknown; allowed: {}",
        "min_scale: .2 | <<: {} | views.pipelines[0].crop.<< is unknown; allowed: min_scale, max_scale",
      })
  void refusals_namePathValueAndWhatIsAllowed(String good, String bad, String message) {
    String yaml =
        YAML.replaceFirst(Pattern.quote(good), Matcher.quoteReplacement(block(good, bad)));
    assertThat(yaml).isNotEqualTo(YAML);
    RequestException e = refusal(yaml);
    assertThat(e).hasMessage("recipe." + message);
    assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    assertThat(message).startsWith(e.field().substring("recipe.".length()));
  }

  /** In block style a second entry stands in a line of its own. */
  private static String block(String good, String bad) {
    return good.startsWith("sgd") ? bad.replace("}, ", "}\n  ") : bad;
  }

  @Test
  void syntaxErrors_haveLineAndColumnInOneLine() {
    assertThat(refusal("name: a\nviews: {image_size: 32\nloss: x: y\n"))
        .hasMessageMatching("recipe is not YAML: line 3, column \\d+: [^\\n]+");
    assertThat(refusal("name: a\n\tviews: 1")).hasMessageContaining("line 2, column 1");
    assertThat(refusal("a: 1\n---\nb: 2")).hasMessageStartingWith("recipe is not YAML: line 2");
    assertThat(refusal("a: \u0007")).hasMessageStartingWith("recipe is not YAML: ");
    assertThat(refusal("just words"))
        .hasMessageStartingWith("recipe is just words; allowed: a mapping of name, source, views");
    assertThat(refusal("# nothing\n")).hasMessageStartingWith("recipe is an empty document");
  }

  @Test
  void duplicateKeys_areRefused() {
    assertThat(refusal("name: a\nname: b\n"))
        .hasMessage("recipe.name is there twice, again in line 2; allowed: once");
  }

  static Stream<String> documentsThatAreMadeToHurt_areRefused() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    return Stream.of(
        "[".repeat(5000),
        "{a: ".repeat(5000),
        laughs.toString(),
        "a: &a [*a]",
        "!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1/\"]]",
        "x".repeat(RecipeYaml.MAX_CHARS + 1));
  }

  @ParameterizedTest
  @MethodSource
  void documentsThatAreMadeToHurt_areRefused(String yaml) {
    RequestException e = refusal(yaml);
    assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    assertThat(e.getMessage().length()).isLessThan(400);
  }

  @Test
  void resources_thatAreMissingAreOurFault() {
    assertThatThrownBy(() -> RecipeYaml.resource("no-such-recipe"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-recipe.yaml");
  }

  @Test
  void spelling_countsEdits() {
    assertThat(Spelling.distance("temprature", "temperature")).isEqualTo(1);
    assertThat(Spelling.distance("teh", "the")).as("swapped").isEqualTo(1);
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.nearest("hues", List.of("blur", "hue"))).contains("hue");
    assertThat(Spelling.nearest("colour", List.of("blur", "hue"))).isEmpty();
  }
}
