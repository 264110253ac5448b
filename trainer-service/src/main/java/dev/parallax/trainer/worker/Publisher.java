package dev.parallax.trainer.worker;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.images.dataset.Fingerprint;
import dev.parallax.model.v1.DataFingerprint;
import dev.parallax.model.v1.Manifest;
import dev.parallax.model.v1.Preprocessing;
import dev.parallax.model.v1.TensorSpec;
import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.export.OnnxExport;
import dev.parallax.trainer.export.Parity;
import dev.parallax.trainer.pretrain.Trained;
import dev.parallax.trainer.pretrain.TrainingFailedException;
import dev.parallax.trainer.torch.Torch;
import dev.parallax.trainer.v1.PublishedModel;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Exports a trained encoder, proves it, and publishes it into the model repository. */
final class Publisher {
  /** Largest relative difference to ONNX Runtime with which a model is published. */
  static final double MAX_PARITY = 1e-4;

  private static final int PARITY_IMAGES = 16;
  private static final int PARITY_ROWS = 128;

  private Publisher() {}

  static PublishedModel publish(
      WorkerConfig config, TrainingSpec spec, Dataset data, Trained trained, Path directory)
      throws IOException {
    Path onnx = directory.resolve("model.onnx");
    try {
      try (var out = Files.newOutputStream(onnx)) {
        OnnxExport.of(trained.network(), trained.parameters()).writeTo(out);
      }
      double parity = parity(trained, onnx);
      if (!(parity <= MAX_PARITY)) {
        throw new TrainingFailedException(
            String.format(
                Locale.ROOT,
                "the exported model differs from the trained one by %.2g, and at most %.0g is allowed;"
                    + " nothing was published, and the last checkpoint is kept",
                parity,
                MAX_PARITY));
      }
      StoredModel stored =
          new ModelRepository(Path.of(config.repository()))
              .publish(manifest(config, spec, data, trained, parity), onnx);
      return PublishedModel.newBuilder()
          .setModel(stored.manifest().getModel())
          .setVersion(stored.manifest().getVersion())
          .setOnnxParity(parity)
          .setEmbeddingSize(stored.manifest().getEmbeddingSize())
          .build();
    } finally {
      Files.deleteIfExists(onnx);
    }
  }

  /** On pixels of every value, which ask more of the normalisation than natural images do. */
  private static double parity(Trained trained, Path onnx) {
    int side = trained.network().imageSize();
    int images = Math.min(PARITY_IMAGES, trained.network().imagesOf(PARITY_ROWS));
    ByteBuffer pixels = ByteBuffer.allocateDirect(images * side * side * 3);
    var random = new SplittableRandom(side);
    while (pixels.hasRemaining()) {
      pixels.put((byte) random.nextInt(256));
    }
    try {
      return Parity.measure(trained.network(), trained.parameters(), onnx, pixels, images);
    } catch (OrtException e) {
      throw new TrainingFailedException(
          "ONNX Runtime cannot run the exported model: " + e.getMessage(), e);
    }
  }

  private static Manifest manifest(
      WorkerConfig config, TrainingSpec spec, Dataset data, Trained trained, double parity) {
    Network network = trained.network();
    int side = network.imageSize();
    var manifest =
        Manifest.newBuilder()
            .setModel(spec.getModel())
            .addInputs(tensor(OnnxExport.INPUT, "UINT8", -1, side, side, 3))
            .addOutputs(tensor(OnnxExport.EMBEDDING, "FP32", -1, network.features()))
            .setEmbeddingSize(network.features())
            .setPreprocessing(
                Preprocessing.newBuilder().setImageSize(side).setResizeShorterSide(side))
            .setRecipe(spec.getRecipe())
            .setData(
                DataFingerprint.newBuilder()
                    .setUri(data.uri())
                    .setImages(data.size())
                    .setSkippedImages(trained.skippedImages())
                    .setSha256(Fingerprint.of(data)))
            .setEpochs(trained.epochs())
            .setSteps(trained.steps())
            .putAllMetrics(trained.metrics())
            .setOnnxParity(parity)
            .putAllProvenance(provenance())
            .setJob(config.job())
            .setSeed(spec.getSeed());
    if (network.hasProjection()) {
      manifest.addOutputs(
          tensor(OnnxExport.projection(network), "FP32", -1, network.projectionSize()));
    }
    return manifest.build();
  }

  private static TensorSpec tensor(String name, String datatype, long... shape) {
    var spec = TensorSpec.newBuilder().setName(name).setDatatype(datatype);
    for (long size : shape) {
      spec.addShape(size);
    }
    return spec.build();
  }

  private static Map<String, String> provenance() {
    var provenance = new TreeMap<String, String>();
    String version = Publisher.class.getPackage().getImplementationVersion();
    provenance.put("parallax", version == null ? "development" : version);
    provenance.put("jvm", Runtime.version().toString());
    provenance.put("engine", "PyTorch " + Torch.version());
    provenance.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
    provenance.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    provenance.put("arch", System.getProperty("os.arch"));
    return provenance;
  }
}
