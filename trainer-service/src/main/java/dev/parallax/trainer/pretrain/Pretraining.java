package dev.parallax.trainer.pretrain;

import dev.parallax.images.dataset.Fingerprint;
import dev.parallax.images.dataset.Selection;
import dev.parallax.trainer.checkpoint.Checkpoints;
import dev.parallax.trainer.checkpoint.Position;
import dev.parallax.trainer.checkpoint.Progress;
import dev.parallax.trainer.encoder.Initialization;
import dev.parallax.trainer.encoder.Network;
import dev.parallax.trainer.encoder.ParameterNames;
import dev.parallax.trainer.method.Method;
import dev.parallax.trainer.method.MethodLayers;
import dev.parallax.trainer.method.MethodRun;
import dev.parallax.trainer.method.Outcome;
import dev.parallax.trainer.method.Step;
import dev.parallax.trainer.optimization.Optimizer;
import dev.parallax.trainer.optimization.Schedule;
import dev.parallax.trainer.torch.Autograd;
import dev.parallax.trainer.torch.Parameters;
import dev.parallax.trainer.torch.TensorScope;
import dev.parallax.trainer.v1.Optimization;
import dev.parallax.trainer.v1.Recipe;
import dev.parallax.trainer.v1.TrainingPoint;
import dev.parallax.trainer.views.Prefetcher;
import dev.parallax.trainer.views.TrainingImages;
import dev.parallax.trainer.views.ViewBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One run from its start, or from its newest checkpoint, to its end. */
public final class Pretraining {
  private static final double REPORT_SECONDS = 2;

  private final Run run;
  private final Recipe recipe;
  private final Optimization settings;
  private final Network network;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final TrainingImages images;
  private final ViewBatches batches;
  private final Schedule schedule;
  private final Checkpoints checkpoints;
  private final Method method;
  private final Watchdog watchdog;
  private final OnlineKnn onlineKnn;
  private final Meter meter = new Meter();
  private final EpochLoss epochLoss = new EpochLoss();
  private final Eta eta = new Eta();
  private final Map<String, Double> metrics = new LinkedHashMap<>();

  private Pretraining(Run run) throws IOException {
    this.run = run;
    this.recipe = run.spec().getRecipe();
    this.settings = recipe.getOptimization();
    this.network = Classes.network(recipe, run);
    var layers = MethodLayers.of(recipe, network);
    this.parameters = Initialization.of(layers, run.spec().getSeed());
    this.optimizer = new Optimizer(ParameterNames.of(layers), parameters, settings);
    this.images =
        new TrainingImages(
            run.data(),
            run.decoder(),
            run.cacheBytes(),
            run.spec().getMaxCorruptImages(),
            run.events()::warning);
    int[] subset = subset(run);
    this.batches =
        new ViewBatches(
            images, recipe.getViews(), settings.getBatchSize(), run.spec().getSeed(), subset);
    if (settings.getEpochs() > 0 && batches.batchesPerEpoch() == 0) {
      throw new TrainingFailedException(
          "optimization.batch_size is "
              + settings.getBatchSize()
              + "; allowed: at most the "
              + subset.length
              + " images of "
              + run.data().uri());
    }
    this.schedule = Schedule.of(settings, batches.batchesPerEpoch());
    this.checkpoints =
        new Checkpoints(
            run.checkpoints(), Configuration.digest(run.spec(), Fingerprint.of(run.data())));
    this.method =
        new Method(
            recipe,
            network,
            parameters,
            new MethodRun(
                settings.getBatchSize(),
                batches.views(),
                images.size(),
                (long) batches.batchesPerEpoch() * settings.getEpochs(),
                batches.batchesPerEpoch(),
                run.spec().getSeed(),
                run.data()::label,
                run.teacher()));
    this.watchdog = new Watchdog(recipe, method::chanceLoss, run.events()::warning);
    this.onlineKnn =
        run.monitor().classes().size() > 1
            ? OnlineKnn.of(
                run.monitor(),
                run.decoder(),
                recipe.getViews().getImageSize(),
                run.spec().getSeed())
            : null;
  }

  /** All images, or the share whose labels fine-tuning may see, the same of every class. */
  private static int[] subset(Run run) {
    var loss = run.spec().getRecipe().getLoss();
    return loss.hasCrossEntropy()
        ? Selection.share(
            run.data(), loss.getCrossEntropy().getLabelFraction(), run.spec().getSeed())
        : IntStream.range(0, run.data().size()).toArray();
  }

  /**
   * Trains to the end.
   *
   * @throws TrainingFailedException when the run cannot go on; its last good checkpoint is kept
   */
  public static Trained run(Run run) throws IOException, InterruptedException {
    return new Pretraining(run).run();
  }

  private Trained run() throws IOException, InterruptedException {
    Position position = start();
    if (position.step() == 0) {
      reportStart(position);
    }
    try (method;
        optimizer) {
      if (settings.getEpochs() > 0) {
        train(position);
      }
    }
    return new Trained(
        network,
        parameters,
        settings.getEpochs(),
        (long) batches.batchesPerEpoch() * settings.getEpochs(),
        Map.copyOf(metrics),
        images.corrupt());
  }

  /** Where to go on: at the newest checkpoint, or at the start, where the initial model matters. */
  private Position start() throws IOException {
    Optional<Progress> restored = checkpoints.restore(state(), run.events()::warning);
    if (restored.isEmpty() && run.initial().isPresent()) {
      InitialWeights.load(run.initial().orElseThrow().load(), network, parameters, run.events());
      method.start();
    }
    Progress progress = restored.orElse(Progress.START);
    epochLoss.start(progress.lossSum(), progress.position().batch());
    metrics.putAll(progress.metrics());
    return progress.position();
  }

  /** Everything that outlives a step. */
  private List<Parameters> state() {
    List<Parameters> state = new ArrayList<>(List.of(parameters, optimizer.state()));
    state.addAll(method.state());
    return state;
  }

  private void train(Position start) throws IOException, InterruptedException {
    Position position = start;
    long lastCheckpoint = System.nanoTime();
    boolean due = false;
    try (TensorScope scope = TensorScope.root();
        Prefetcher prefetcher =
            new Prefetcher(
                batches, start.epoch(), start.batch(), settings.getEpochs(), run.threads())) {
      meter.reset();
      eta.start(position.step());
      while (position.epoch() < settings.getEpochs()) {
        double rate = schedule.rate(position.step());
        Prefetcher.Batch batch = prefetcher.next();
        boolean last = position.batch() + 1 == batches.batchesPerEpoch();
        boolean report = last || meter.seconds() > REPORT_SECONDS;
        OptionalDouble spread = step(scope, batch, position, report);
        prefetcher.recycle(batch);
        boolean end = last && position.epoch() + 1 == settings.getEpochs();
        // What is left at the end makes an update of its own, and so a checkpoint of it all.
        boolean updates = schedule.updatesAfter(position.step()) || end;
        if (updates) {
          update(position);
        }
        position =
            last
                ? new Position(position.epoch() + 1, 0, position.step() + 1)
                : new Position(position.epoch(), position.batch() + 1, position.step() + 1);
        if (last) {
          double loss = epochLoss.finish();
          metrics.put("loss", loss);
          watchdog.look(position.epoch(), loss, spread);
        }
        if (report) {
          report(position, rate, spread, last);
        }
        due |= last || System.nanoTime() - lastCheckpoint > run.checkpointInterval().toNanos();
        // Between updates there are gradients that no checkpoint holds.
        if (due && updates) {
          save(position, rate);
          lastCheckpoint = System.nanoTime();
          due = false;
        }
      }
    }
  }

  private void save(Position position, double rate) throws IOException {
    try {
      checkpoints.save(new Progress(position, epochLoss.sum(), metrics), state());
    } catch (ArithmeticException e) {
      throw watchdog.diverged(e.getMessage(), position.step(), rate);
    }
  }

  /** Gradients of one batch; gives the spread of the projections when asked to. */
  private OptionalDouble step(
      TensorScope root, Prefetcher.Batch batch, Position position, boolean wantSpread) {
    OptionalDouble spread = OptionalDouble.empty();
    try (TensorScope scope = root.child();
        Step step =
            Step.of(position.step(), batch.pixels(), batches.blocks(), batch.images(), scope)) {
      Outcome outcome = method.run(step);
      double loss = outcome.loss().item();
      watchdog.requireFinite(loss, position.step(), schedule.rate(position.step()));
      meter.add(loss, batches.views() * settings.getBatchSize());
      epochLoss.add(loss);
      if (wantSpread && method.watchesSpread()) {
        spread =
            OptionalDouble.of(
                FeatureSpread.of(outcome.z().toFloats(), Math.toIntExact(outcome.z().size(1))));
      }
      Autograd.backward(outcome.loss());
      // What is frozen now may move in an update that takes batches of the next epoch, too.
      method.frozen(position.epoch()).forEach(name -> Autograd.zeroGradient(parameters.get(name)));
      method.remember(step, outcome);
    }
    return spread;
  }

  private void update(Position position) {
    optimizer.step(
        schedule.at(position.step()).freezing(method.frozen(position.epoch())),
        schedule.accumulated(position.step()));
    method.updated(position.step());
  }

  private void report(Position position, double rate, OptionalDouble spread, boolean epochEnd) {
    TrainingPoint.Builder point = point(position).setLearningRate(rate);
    spread.ifPresent(point::setFeatureSpread);
    meter.report(point);
    if (epochEnd) {
      knn(point);
    }
    run.events().point(point.build());
    long total = (long) batches.batchesPerEpoch() * settings.getEpochs();
    run.events()
        .progress(
            String.format(
                Locale.ROOT,
                "epoch %d of %d",
                Math.min(position.epoch() + 1, settings.getEpochs()),
                settings.getEpochs()),
            (double) position.step() / total,
            eta.seconds(position.step(), total));
    meter.reset();
  }

  /** The curve's first point: the encoder as it starts. */
  private void reportStart(Position position) {
    TrainingPoint.Builder point = point(position);
    knn(point);
    run.events().point(point.build());
  }

  private void knn(TrainingPoint.Builder point) {
    if (onlineKnn != null) {
      double accuracy = onlineKnn.accuracy(network, parameters);
      if (!Double.isNaN(accuracy)) {
        point.setOnlineKnn(accuracy);
        metrics.put("online_knn", accuracy);
      }
    }
  }

  private TrainingPoint.Builder point(Position position) {
    double fraction =
        batches.batchesPerEpoch() == 0 ? 0 : (double) position.batch() / batches.batchesPerEpoch();
    return TrainingPoint.newBuilder()
        .setStep(position.step())
        .setEpoch(position.epoch() + fraction)
        .setResidentBytes(ResidentMemory.bytes());
  }
}
