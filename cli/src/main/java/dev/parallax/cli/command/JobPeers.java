package dev.parallax.cli.command;

import dev.parallax.cli.CliException;
import dev.parallax.cli.Environment;
import dev.parallax.cli.client.Eval;
import dev.parallax.cli.client.Trainer;
import dev.parallax.eval.v1.Evaluation;
import dev.parallax.trainer.v1.TrainingJob;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** Where jobs are: with the trainer and with the eval service. */
final class JobPeers {
  @Mixin private TrainerOption trainerOption;
  @Mixin private EvalOption evalOption;
  @Mixin private PeerOptions peers;

  Trainer trainer(Environment environment) {
    return trainerOption.open(environment, peers);
  }

  Eval eval(Environment environment) {
    return evalOption.open(environment, peers);
  }

  /**
   * The job of that id, the trainer's or the eval service's.
   *
   * @throws CliException when neither has it
   */
  AnyJob job(Environment environment, String id) {
    try (Trainer trainer = trainer(environment)) {
      Optional<TrainingJob> job = trainer.find(id);
      if (job.isPresent()) {
        return new AnyJob.Training(job.get());
      }
    }
    try (Eval eval = eval(environment)) {
      Optional<Evaluation> evaluation = eval.find(id);
      if (evaluation.isPresent()) {
        return new AnyJob.Measuring(evaluation.get());
      }
    }
    throw CliException.failure(
        "there is no job " + id + "; 'parallax jobs list' shows those there are");
  }
}
