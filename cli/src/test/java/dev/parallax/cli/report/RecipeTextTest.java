package dev.parallax.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.parallax.trainer.recipe.Recipes;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.Targets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTextTest {
  private static Map<String, String> describe(String recipe) throws TextFormat.ParseException {
    return RecipeText.describe(TextFormat.parse(recipe, Recipe.class));
  }

  static List<Recipe> everyBuiltInRecipe_isDescribedWithoutAGap() {
    return Recipes.builtIn();
  }

  @ParameterizedTest
  @MethodSource
  void everyBuiltInRecipe_isDescribedWithoutAGap(Recipe recipe) {
    assertThat(RecipeText.describe(recipe).values())
        .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain("unknown"));
  }

  @Test
  void views_areToldInTheOrderInWhichTheyAreMade() throws TextFormat.ParseException {
    assertThat(
            describe(
                    """
                    views { image_size: 224
                      pipelines { count: 2 crop { min_scale: 0.14 max_scale: 1 } flip { probability: 0.5 }
                        blur { probability: 1 min_sigma: 0.1 max_sigma: 2 } solarize { probability: 0.2 threshold: 128 } }
                      pipelines { count: 6 image_size: 96 pad_crop { padding: 1 } translate { pixels: 4 probability: 0.8 }
                        patches { size: 16 stride: 8 } grayscale { probability: 0.2 } }
                      pipelines { count: 1 }
                    }
                    """)
                .get("Views")
                .replace('\u00a0', ' '))
        .isEqualTo(
            "224 × 224 pixels: 2 × (crop of 0.14 to 1 of the area, flip with p = 0.5, blur of σ 0.1 to 2 pixels"
                + " with p = 1, solarise from 128 on with p = 0.2); 6 × (crop after a border of 1 pixel, move by up to"
                + " 4 pixels with p = 0.8, patches of 16 × 16 pixels every 8 pixels, grey with p = 0.2) of 96 × 96"
                + " pixels; 1 × (the image as it is)");
  }

  @Test
  void encoderHeadsAndBatchNorm_areTold() throws TextFormat.ParseException {
    Map<String, String> axes =
        describe(
            """
            encoder { resnet { depth: 50 width: 2 stem: STEM_IMAGENET_D sk_ratio: 0.0625 norm: NORM_LAYER
              zero_init_residual: true } }
            batch_norm { statistics: BATCH_NORM_STATISTICS_SHUFFLED groups: 8 }
            extraction { projection { size: 2048 batch_norm: true relu: true }
              projection { size: 2048 batch_norm: true fixed_norm: true }
              prediction { size: 512 relu: true } context { blocks: 5 hidden: 256 } }
            """);
    assertThat(axes)
        .containsEntry(
            "Encoder",
            "ResNet-50, width 2, selective kernels of ratio 0.0625, ResNet-D stem, layer norm, last batch norm of a"
                + " block starts at zero")
        .containsEntry(
            "Batch norm", "statistics of each view in 8 parts, keys shuffled between them")
        .containsEntry(
            "Projection head",
            "linear 2,048, batch norm, ReLU → linear 2,048, batch norm without factor and summand")
        .containsEntry("Prediction head", "linear 512, ReLU")
        .containsEntry("Context", "5 residual blocks of masked convolutions, 256 channels inside");
    assertThat(describe("encoder { amdim { channels: 128 features: 1024 depth: 10 } }"))
        .containsEntry("Encoder", "AMDIM encoder, 128 channels, 1,024 features, depth 10, no norm")
        .containsEntry("Projection head", "none; the loss sees the representation itself")
        .doesNotContainKeys("Batch norm", "Prediction head", "Context", "Queue");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nt_xent { temperature: 0.2 } | NT-Xent, temperature 0.2",
        "info_nce { temperature: 0.07 symmetric: true } | InfoNCE, temperature 0.07, both views as query",
        "bank_nce { temperature: 0.07 negatives: 4096 } | noise-contrastive estimation with 4,096 entries of the bank,"
            + " temperature 0.07",
        "bank_nce { temperature: 0.1 } | softmax over the whole bank, temperature 0.1",
        "instance_spreading { temperature: 0.1 } | instance spreading, temperature 0.1",
        "normalized_mse {} | 2 − 2 cos of prediction and target, both ways added",
        "negative_cosine {} | −cos of prediction and projection, both ways averaged",
        "swapped_prediction { temperature: 0.1 sinkhorn_epsilon: 0.05 sinkhorn_iterations: 3 } | swapped prediction of"
            + " assignments, temperature 0.1; Sinkhorn-Knopp of ε 0.05, 3 rounds",
        "row_prediction { scale: 0.1 rows_ahead: 3 } | InfoNCE of patches up to 3 rows below their context, predictions"
            + " × 0.1",
        "multi_scale_nce { pairs { from: '1' to: '5' } pairs { from: '1' to: '7' } logit_penalty: 0.05 } | NCE between"
            + " feature maps 1 → 5, 1 → 7, penalty on similarities 0.05",
        "cross_entropy { label_fraction: 0.1 } | cross entropy with the labels of 10.0 % of the images",
        "distillation { temperature: 1 } | cross entropy with a teacher's softmax, temperature 1",
      },
      quoteCharacter = '`')
  void losses_areTold(String loss, String text) throws TextFormat.ParseException {
    assertThat(ObjectiveText.loss(TextFormat.parse(loss, Loss.class))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "in_batch {} | the other views of the batch",
        "stop_gradient {} | the other views of the batch, without gradients",
        "momentum_encoder { momentum: 0.996 cosine_to_one: true } | a momentum encoder, m 0.996 rising to 1",
        "memory_bank { momentum: 0.5 } | a memory bank of all images, momentum 0.5",
        "prototypes { count: 3000 frozen_epochs: 1 } | 3,000 learnt prototypes, fixed for 1 epoch",
        "labels {} | the labels of the data",
        "teacher {} | a teacher model",
      })
  void targets_areTold(String targets, String text) throws TextFormat.ParseException {
    assertThat(ObjectiveText.targets(TextFormat.parse(targets, Targets.class))).isEqualTo(text);
  }

  @Test
  void queueAndSimilarity_areTold() throws TextFormat.ParseException {
    assertThat(
            describe(
                """
                targets { prototypes { count: 512 } queue { size: 3840 from_epoch: 15 } }
                similarity: SIMILARITY_TANH_CLIPPED_DOT similarity_clip: 20
                """))
        .containsEntry("Queue", "3,840 vectors of past batches, from epoch 15 on")
        .containsEntry("Similarity", "dot product / √d, clipped by tanh to ±20");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sgd { momentum: 0.9 nesterov: true } weight_decay: 0.0005 | SGD, momentum 0.9, Nesterov, weight decay 5e-4",
        "larc { momentum: 0.9 trust_coefficient: 0.001 } exclude_bias_and_norm: true | LARC, momentum 0.9, trust"
            + " coefficient 0.001, weight decay 0, not on biases and batch norm",
        "adam { beta1: 0.8 beta2: 0.999 epsilon: 1e-8 } clip_norm: 1 | Adam, β 0.8 and 0.999, ε 1e-8, weight decay 0,"
            + " gradients of norm 1 at most",
        "adamw { beta1: 0.9 beta2: 0.95 epsilon: 1e-8 } | AdamW, β 0.9 and 0.95, ε 1e-8, weight decay 0",
      })
  void optimisers_areTold(String optimization, String text) throws TextFormat.ParseException {
    assertThat(OptimizationText.optimizer(TextFormat.parse(optimization, Optimization.class)))
        .isEqualTo(text);
  }

  @Test
  void rates_areToldWithWarmUpDecayAndExceptions() throws TextFormat.ParseException {
    Map<String, String> axes =
        describe(
            """
            optimization { learning_rate: 0.03 rate_scaling: RATE_SCALING_LINEAR warmup_steps: 500 decay: DECAY_STEP
              steps { epoch: 120 factor: 0.1 } steps { epoch: 160 factor: 0.01 } constant_prediction_rate: true
              batch_size: 256 accumulated_batches: 16 epochs: 200 }
            """);
    assertThat(axes)
        .containsEntry(
            "Learning rate",
            "0.03 × batch / 256, 500 updates of warm-up, × 0.1 from epoch 120, × 0.01 from epoch 160, prediction head's"
                + " constant")
        .containsEntry("Batch", "256 images, an update every 16 batches, 200 epochs");
    assertThat(
            describe(
                "optimization { learning_rate: 4.8 decay: DECAY_COSINE final_learning_rate: 0.0048 warmup_epochs: 10 }"))
        .containsEntry("Learning rate", "4.8, 10 epochs of warm-up, cosine decay to 0.0048");
  }
}
