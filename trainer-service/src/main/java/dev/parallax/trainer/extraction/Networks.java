package dev.parallax.trainer.extraction;

import dev.parallax.trainer.encoder.Layer;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.PatchGrid;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Networks as recipes describe them. */
public final class Networks {
  private Networks() {}

  /** The encoder and the heads of a recipe. */
  public static Network of(Recipe recipe) {
    Extraction extraction = recipe.getExtraction();
    int imageSize = recipe.getViews().getImageSize();
    Optional<PatchGrid> patches = patches(recipe.getViews());
    int features = Network.features(recipe.getEncoder());
    int projectionSize = ProjectionHead.size(features, extraction.getProjectionList());
    return new Network(
        imageSize,
        Network.encoder(
            recipe.getEncoder(), patches.map(PatchGrid::size).orElse(imageSize), maps(recipe)),
        features,
        ProjectionHead.build("projection", features, extraction.getProjectionList()),
        projectionSize,
        ProjectionHead.build("prediction", projectionSize, extraction.getPredictionList()),
        extraction.hasContext()
            ? ContextNetwork.build(features, extraction.getContext())
            : Layer.Sequential.IDENTITY,
        patches);
  }

  /** The grid of the first pipeline that cuts its views. */
  private static Optional<PatchGrid> patches(Views views) {
    return views.getPipelinesList().stream()
        .filter(ViewPipeline::hasPatches)
        .findFirst()
        .map(ViewPipeline::getPatches)
        .map(cut -> PatchGrid.of(views.getImageSize(), cut.getSize(), cut.getStride()));
  }

  /** Names of the feature maps that the loss reads. */
  private static Set<String> maps(Recipe recipe) {
    return recipe.getLoss().getMultiScaleNce().getPairsList().stream()
        .flatMap(pair -> Stream.of(pair.getFrom(), pair.getTo()))
        .collect(Collectors.toSet());
  }
}
