package dev.parallax.cli.report;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.parallax.eval.v1.DatasetSummary;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.eval.v1.EvaluationResult;
import dev.parallax.eval.v1.EvaluationSpec;
import dev.parallax.eval.v1.Gallery;
import dev.parallax.eval.v1.GalleryItem;
import dev.parallax.eval.v1.KnnResult;
import dev.parallax.eval.v1.LinearResult;
import dev.parallax.eval.v1.Map;
import dev.parallax.eval.v1.MapPoint;
import dev.parallax.eval.v1.Query;
import dev.parallax.eval.v1.TriedC;
import dev.parallax.job.v1.JobState;
import dev.parallax.job.v1.JobStatus;
import dev.parallax.model.v1.DataFingerprint;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.Preprocessing;
import dev.parallax.trainer.v1.ColorJitter;
import dev.parallax.trainer.v1.Decay;
import dev.parallax.trainer.v1.Encoder;
import dev.parallax.trainer.v1.Extraction;
import dev.parallax.trainer.v1.Grayscale;
import dev.parallax.trainer.v1.HeadLayer;
import dev.parallax.trainer.v1.HorizontalFlip;
import dev.parallax.trainer.v1.InBatch;
import dev.parallax.trainer.v1.Loss;
import dev.parallax.trainer.v1.NtXent;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.RandomResizedCrop;
import dev.parallax.trainer.v1.RateScaling;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.ResNet;
import dev.parallax.trainer.v1.Sgd;
import dev.parallax.trainer.v1.Similarity;
import dev.parallax.trainer.v1.Stem;
import dev.parallax.trainer.v1.Targets;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.v1.ViewPipeline;
import dev.parallax.trainer.v1.Views;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Reports with made-up numbers and pictures, the same at every call. */
final class ReportFixture {
  static final Instant CREATED = Instant.parse("2026-03-14T09:26:53Z");
  private static final String SHA =
      "9f2c4e1ab07d5538c6ee19f04b7a2d8863f5c0914d3b7e62a8f0d1c5b4e39a70";

  private static final ReportData COMPLETE = of(names("kind", 10), 20, 10, 800, 32);

  private ReportFixture() {}

  static ReportData complete() {
    return COMPLETE;
  }

  static ReportData of(List<String> classes, int queries, int neighbors, int points, int side) {
    return new ReportData(
        manifest(),
        points(),
        trained(),
        Optional.of(
            evaluation("quickstart-random", classes, 0.319, queries, neighbors, points, side)),
        Optional.of(evaluation("quickstart", classes, 0.88, queries, neighbors, points, side)),
        CREATED);
  }

  static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + " " + i).toList();
  }

  static ReportData withoutEvaluations() {
    return new ReportData(
        manifest(), points(), trained(), Optional.empty(), Optional.empty(), CREATED);
  }

  static ReportData withEvaluations(Evaluation random, Evaluation pretrained) {
    return new ReportData(
        manifest(), List.of(), trained(), Optional.of(random), Optional.of(pretrained), CREATED);
  }

  static Manifest manifest() {
    return Manifest.newBuilder()
        .setModel("quickstart")
        .setVersion(3)
        .setSha256(SHA)
        .setSizeBytes(2_838_112)
        .setEmbeddingSize(128)
        .setPreprocessing(Preprocessing.newBuilder().setImageSize(32).setResizeShorterSide(32))
        .setRecipe(recipe())
        .setData(
            DataFingerprint.newBuilder()
                .setUri("synthetic:train")
                .setImages(4096)
                .setSha256(SHA.substring(9) + "012345678"))
        .setEpochs(10)
        .setSteps(160)
        .putMetrics("loss", 3.914)
        .putMetrics("online_knn", 0.871)
        .setOnnxParity(3.1e-7)
        .putProvenance("parallax", "0.1.0")
        .putProvenance("jvm", "25.0.1+8")
        .putProvenance("engine", "PyTorch 2.7.1")
        .putProvenance("onnxruntime", "1.22.0")
        .putProvenance("os", "Linux 6.12")
        .putProvenance("arch", "amd64")
        .setCreateTime(at(1_773_480_200))
        .setJob("0d5a8f6e-2a3b-4f0c-9a59-1c2f6b7d8e90")
        .setSeed(0)
        .build();
  }

  static JobStatus trained() {
    return JobStatus.newBuilder()
        .setState(JobState.JOB_STATE_SUCCEEDED)
        .setProgress(1)
        .addWarnings("cats/0041.jpg is skipped: damaged JPEG file: unexpected end of data")
        .setStartTime(at(1_773_480_000))
        .setEndTime(at(1_773_480_151))
        .build();
  }

  /** A loss that falls from ln 511 and a kNN accuracy that rises, with noise. */
  static List<TrainingPoint> points() {
    var random = new Random(7);
    List<TrainingPoint> points = new ArrayList<>();
    for (int step = 0; step <= 160; step += 2) {
      double done = step / 160.0;
      var point =
          TrainingPoint.newBuilder()
              .setStep(step)
              .setEpoch(10 * done)
              .setLearningRate(0.06 * (1 + Math.cos(Math.PI * done)))
              .setResidentBytes(900L << 20);
      if (step > 0) {
        point
            .setLoss(3.85 + 2.35 * Math.exp(-3 * done) + 0.03 * random.nextGaussian())
            .setViewsPerSecond(540 + 10 * random.nextGaussian())
            .setFeatureSpread(0.8 + 0.15 * done);
      }
      if (step % 16 == 0) {
        point.setOnlineKnn(
            step == 0 ? 0.302 : 0.88 - 0.45 * Math.exp(-3 * done) + 0.01 * random.nextGaussian());
      }
      points.add(point.build());
    }
    return points;
  }

  static Evaluation evaluation(
      String model,
      List<String> classes,
      double accuracy,
      int queries,
      int neighbors,
      int points,
      int side) {
    return Evaluation.newBuilder()
        .setId("e-" + model)
        .setSpec(EvaluationSpec.newBuilder().setSeed(0))
        .setStatus(JobStatus.newBuilder().setState(JobState.JOB_STATE_SUCCEEDED))
        .setResult(
            EvaluationResult.newBuilder()
                .setModel(model)
                .setVersion(3)
                .setModelSha256(SHA.substring(model.length()) + SHA.substring(0, model.length()))
                .setTrain(summary("synthetic:train", 4096, classes.size()))
                .setTest(summary("synthetic:test", 2048, classes.size()))
                .setKnn(KnnResult.newBuilder().setAccuracy(accuracy).setK(200).setTemperature(0.1))
                .setLinear(linear(Math.min(1, accuracy + 0.0473)))
                .setGallery(gallery(classes.size(), accuracy, queries, neighbors, side))
                .setMap(map(classes.size(), accuracy, points))
                .addAllClasses(classes)
                .setEmbeddingSize(128)
                .putSeconds("features", 12.5)
                .putSeconds("knn", 0.4)
                .putSeconds("linear", 6.2))
        .build();
  }

  private static DatasetSummary summary(String uri, int images, int classes) {
    return DatasetSummary.newBuilder()
        .setUri(uri)
        .setImages(images)
        .setClasses(classes)
        .setSha256(SHA)
        .setMajority(1.0 / classes + 0.001)
        .build();
  }

  private static LinearResult linear(double accuracy) {
    var linear =
        LinearResult.newBuilder()
            .setAccuracy(accuracy)
            .setC(10)
            .setValidationAccuracy(accuracy - 0.004)
            .setIterations(183)
            .setConverged(true);
    for (int power = -3; power <= 3; power++) {
      linear.addTried(
          TriedC.newBuilder()
              .setC(Math.pow(10, power))
              .setValidationAccuracy(accuracy - 0.004 - 0.012 * Math.abs(power - 1)));
    }
    return linear.build();
  }

  private static Gallery gallery(
      int classes, double accuracy, int queries, int neighbors, int side) {
    var random = new Random(Double.hashCode(accuracy));
    var gallery = Gallery.newBuilder();
    for (int q = 0; q < queries; q++) {
      int label = q * classes / queries;
      var query =
          Query.newBuilder().setImage(item("test/" + q + ".png", label, classes, side, 1, q));
      for (int n = 0; n < neighbors; n++) {
        int found = random.nextDouble() < accuracy ? label : random.nextInt(classes);
        int seed = 1000 + random.nextInt(4000);
        query.addNeighbors(
            item("train/" + seed + ".png", found, classes, side, 0.97 - 0.02 * n, seed));
      }
      gallery.addQueries(query);
    }
    return gallery.build();
  }

  private static GalleryItem item(
      String name, int label, int classes, int side, double similarity, int seed) {
    return GalleryItem.newBuilder()
        .setName(name)
        .setLabel(label)
        .setSimilarity(similarity)
        .setThumbnailPng(picture(label / (double) classes, side, seed))
        .build();
  }

  /** A noisy grating whose direction is the class. */
  private static ByteString picture(double turn, int side, int seed) {
    var random = new Random(seed);
    float hue = random.nextFloat();
    double phase = random.nextDouble() * 2 * Math.PI;
    double wave = 2 * Math.PI * (3 + random.nextDouble()) / side;
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double along = x * Math.cos(Math.PI * turn) + y * Math.sin(Math.PI * turn);
        double light = 0.5 + 0.4 * Math.sin(wave * along + phase) + 0.05 * random.nextGaussian();
        image.setRGB(x, y, Color.HSBtoRGB(hue, 0.5f, (float) Math.clamp(light, 0, 1)));
      }
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** Groups on a circle, as wide as the accuracy is poor. */
  private static Map map(int classes, double accuracy, int points) {
    var random = new Random(11);
    var map = Map.newBuilder().setMethod("t-SNE, perplexity 30");
    for (int i = 0; i < points; i++) {
      int label = i % classes;
      double angle = 2 * Math.PI * label / classes;
      double width = 6 + 40 * (1 - accuracy);
      map.addPoints(
          MapPoint.newBuilder()
              .setX((float) (40 * accuracy * Math.cos(angle) + width * random.nextGaussian()))
              .setY((float) (40 * accuracy * Math.sin(angle) + width * random.nextGaussian()))
              .setLabel(label));
    }
    return map.build();
  }

  private static Recipe recipe() {
    return Recipe.newBuilder()
        .setName("simclr-small")
        .setSource("Chen et al. 2020, scaled down")
        .setViews(
            Views.newBuilder()
                .setImageSize(32)
                .addPipelines(
                    ViewPipeline.newBuilder()
                        .setCount(2)
                        .setCrop(RandomResizedCrop.newBuilder().setMinScale(0.2).setMaxScale(1))
                        .setFlip(HorizontalFlip.newBuilder().setProbability(0.5))
                        .setColorJitter(
                            ColorJitter.newBuilder()
                                .setBrightness(0.4)
                                .setContrast(0.4)
                                .setSaturation(0.4)
                                .setHue(0.1)
                                .setProbability(0.8))
                        .setGrayscale(Grayscale.newBuilder().setProbability(0.2))))
        .setEncoder(
            Encoder.newBuilder()
                .setResnet(
                    ResNet.newBuilder().setDepth(18).setWidth(0.25).setStem(Stem.STEM_CIFAR)))
        .setExtraction(
            Extraction.newBuilder()
                .addProjection(HeadLayer.newBuilder().setSize(128).setBatchNorm(true).setRelu(true))
                .addProjection(HeadLayer.newBuilder().setSize(128).setBatchNorm(true)))
        .setSimilarity(Similarity.SIMILARITY_COSINE)
        .setLoss(Loss.newBuilder().setNtXent(NtXent.newBuilder().setTemperature(0.2)))
        .setTargets(Targets.newBuilder().setInBatch(InBatch.getDefaultInstance()))
        .setOptimization(
            Optimization.newBuilder()
                .setSgd(Sgd.newBuilder().setMomentum(0.9))
                .setLearningRate(0.12)
                .setRateScaling(RateScaling.RATE_SCALING_LINEAR)
                .setWeightDecay(5e-4)
                .setBatchSize(256)
                .setEpochs(10)
                .setWarmupEpochs(0.5)
                .setDecay(Decay.DECAY_COSINE))
        .build();
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
