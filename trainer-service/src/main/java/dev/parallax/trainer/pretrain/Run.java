package dev.parallax.trainer.pretrain;

import dev.parallax.images.ImageDecoder;
import dev.parallax.images.dataset.Dataset;
import dev.parallax.trainer.method.Teacher;
import dev.parallax.trainer.v1.TrainingSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a run works on.
 *
 * @param spec checked already
 * @param monitor labelled images for the online curve; may be unlabelled, then there is no curve
 * @param initial what a run without a checkpoint starts from; empty for a random start
 * @param teacher what distillation learns from
 * @param checkpoints directory of this run's checkpoints
 */
public record Run(
    TrainingSpec spec,
    Dataset data,
    Dataset monitor,
    ImageDecoder decoder,
    Path checkpoints,
    Duration checkpointInterval,
    int threads,
    long cacheBytes,
    Optional<InitialModel> initial,
    Optional<Teacher> teacher,
    TrainingEvents events) {}
