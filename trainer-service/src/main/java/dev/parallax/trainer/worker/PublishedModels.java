package dev.parallax.trainer.worker;

import dev.parallax.platform.repository.ModelRepository;
import dev.parallax.platform.repository.StoredModel;
import dev.parallax.trainer.export.OnnxTeacher;
import dev.parallax.trainer.export.OnnxWeights;
import dev.parallax.trainer.method.Teacher;
import dev.parallax.trainer.pretrain.Initial;
import dev.parallax.trainer.pretrain.InitialModel;
import dev.parallax.trainer.pretrain.TrainingFailedException;
import dev.parallax.trainer.v1.ModelReference;
import dev.parallax.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.util.Optional;

/**
 * The published models that a job builds upon, verified before they are used: the teacher at once,
 * the initial model when it is asked for.
 */
record PublishedModels(Optional<InitialModel> initial, Optional<Teacher> teacher)
    implements AutoCloseable {

  static PublishedModels open(ModelRepository models, TrainingSpec spec, int threads) {
    Optional<InitialModel> initial = Optional.empty();
    Optional<Teacher> teacher = Optional.empty();
    if (spec.hasInitialModel()) {
      initial = Optional.of(() -> initial(models, spec.getInitialModel()));
    }
    if (spec.hasTeacherModel()) {
      StoredModel stored = verified(models, spec.getTeacherModel());
      try {
        teacher = Optional.of(new OnnxTeacher(stored.onnx(), threads));
      } catch (IllegalArgumentException e) {
        throw new TrainingFailedException(
            "teacher_model " + stored.label() + ": " + e.getMessage(), e);
      }
    }
    return new PublishedModels(initial, teacher);
  }

  private static Initial initial(ModelRepository models, ModelReference reference)
      throws IOException {
    StoredModel stored = verified(models, reference);
    return new Initial(stored.label(), OnnxWeights.read(stored.onnx()));
  }

  private static StoredModel verified(ModelRepository models, ModelReference reference) {
    StoredModel stored = models.read(reference.getModel(), reference.getVersion());
    models.verify(stored);
    return stored;
  }

  @Override
  public void close() {
    teacher.ifPresent(Teacher::close);
  }
}
