package dev.parallax.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parallax.cli.ExitCode;
import dev.parallax.cli.fake.Cli;
import dev.parallax.cli.fake.Cli.Run;
import dev.parallax.cli.fake.FakeService;
import dev.parallax.cli.fake.FakeTrainer;
import dev.parallax.cli.recipe.RecipeText;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingSpec;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes in files, on the command line, and as they are shown. */
class RecipeCommandsTest {
  private static final Recipe SMALL = Recipes.named("recipe", "simclr-small");

  @TempDir private Path home;
  private FakeTrainer trainer;
  private Server services;
  private Cli cli;

  @BeforeEach
  void start() throws IOException {
    trainer = new FakeTrainer(home.resolve("models"));
    services = FakeService.start(0, trainer);
    cli = new Cli(home).with("PARALLAX_TRAINER", "127.0.0.1:" + services.getPort());
  }

  @AfterEach
  void stop() {
    services.shutdownNow();
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(home.resolve(name), text);
  }

  private Run train(String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "train";
    args[1] = "--data";
    args[2] = "synthetic:train";
    System.arraycopy(more, 0, args, 3, more.length);
    return cli.run(args);
  }

  private TrainingSpec last() {
    return trainer.specs().getLast();
  }

  @Test
  void yamlFiles_areRecipesAndSetAppliesOnTop() throws IOException {
    String yaml = RecipeText.yaml(SMALL.toBuilder().setName("mine").setSource("my notes").build());
    file("my.yaml", yaml);
    file("bare", yaml);
    Run run = train("--recipe", "my.yaml", "--set", "loss.temperature=0.4", "--epochs", "2");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(last().getModel()).isEqualTo("mine-synthetic");
    assertThat(last().getRecipe().getLoss().getNtXent().getTemperature()).isEqualTo(0.4);
    assertThat(last().getRecipe().getOptimization().getEpochs()).isEqualTo(2);
    assertThat(train("--recipe", "bare").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(last().getRecipe().getSource()).isEqualTo("my notes");
    assertThat(cli.run("recipes", "show", "my.yaml").out()).isEqualTo(yaml);
  }

  @Test
  void mistakesInAFile_areToldWithItsNameAndTheirPlace() throws IOException {
    file("my.yaml", RecipeText.yaml(SMALL).replace("hue: 0.1", "hue: 0.7"));
    file("bad.yml", "name: x\nviews: {\n");
    file("latin.yaml", "x");
    Files.write(home.resolve("latin.yaml"), new byte[] {(byte) 0xE9});
    file("huge.yaml", "#".repeat(65_537));
    Files.createDirectory(home.resolve("folder.yaml"));
    assertThat(train("--recipe", "my.yaml").err())
        .isEqualToIgnoringNewLines(
            "parallax: my.yaml: views.pipelines[0].color_jitter.hue is 0.7; allowed: 0 to 0.5");
    assertThat(train("--recipe", "bad.yml").err())
        .startsWith("parallax: bad.yml: is not YAML: line 3, column 1: ");
    assertThat(train("--recipe", "latin.yaml").err())
        .isEqualToIgnoringNewLines("parallax: --recipe is latin.yaml; allowed: a text in UTF-8");
    assertThat(train("--recipe", "huge.yaml").err())
        .isEqualToIgnoringNewLines(
            "parallax: --recipe is huge.yaml, a file of more than 64 KiB; allowed: at most 64 KiB");
    assertThat(train("--recipe", "none.yaml").err())
        .isEqualToIgnoringNewLines("parallax: --recipe is none.yaml, and there is no such file");
    Run folder = train("--recipe", "folder.yaml");
    assertThat(folder.err())
        .isEqualToIgnoringNewLines(
            "parallax: --recipe is folder.yaml; allowed: a file; this is none");
    assertThat(folder.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(train("--recipe", "nope").err())
        .isEqualToIgnoringNewLines(
            "parallax: --recipe is nope; allowed: simclr-cifar, simclr-small, or a .yaml file");
    assertThat(trainer.specs()).isEmpty();
  }

  @Test
  void publishedModels_areNamedToStartFromAndToLearnFrom() {
    Run run = train("--initial-model", "simclr-photos/2", "--teacher", "big.one", "--detach");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
    assertThat(last().getInitialModel())
        .isEqualTo(ModelReference.newBuilder().setModel("simclr-photos").setVersion(2).build());
    assertThat(last().getTeacherModel())
        .isEqualTo(ModelReference.newBuilder().setModel("big.one").build());
    for (String wrong : new String[] {"a/b", "A", "a/0", "../x", "a/1/2"}) {
      Run refused = train("--teacher", wrong);
      assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err())
          .contains("--teacher is " + wrong + "; allowed: NAME or NAME/VERSION");
    }
    train();
    assertThat(last().hasInitialModel() || last().hasTeacherModel()).isFalse();
  }

  @Test
  void recipes_aloneAreListed() {
    Run run = cli.run("recipes");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).isEqualTo(cli.run("recipes", "list").out());
    assertThat(run.outLines())
        .containsExactly(
            "RECIPE        PIXELS  ENCODER          LOSS     BATCH  EPOCHS  SOURCE",
            "simclr-cifar      32  ResNet-18 ×0.25  NT-Xent    256      10  a paper, \"eq. 1\"",
            "simclr-small      32  ResNet-18 ×0.25  NT-Xent    256      10  a paper, \"eq. 1\"");
  }
}
