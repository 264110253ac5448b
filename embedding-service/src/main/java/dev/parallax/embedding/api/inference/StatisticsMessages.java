package dev.parallax.embedding.api.inference;

import dev.parallax.embedding.monitor.CallStatistics.Batches;
import dev.parallax.embedding.monitor.CallStatistics.Total;
import dev.parallax.embedding.monitor.CallStatistics.VersionStatistics;
import dev.parallax.inference.InferBatchStatistics;
import dev.parallax.inference.InferStatistics;
import dev.parallax.inference.ModelStatistics;
import dev.parallax.inference.StatisticDuration;

/** Sums as the protocol's messages. */
final class StatisticsMessages {
  private StatisticsMessages() {}

  static ModelStatistics of(String model, long version, VersionStatistics sums) {
    ModelStatistics.Builder message =
        ModelStatistics.newBuilder()
            .setName(model)
            .setVersion(Long.toString(version))
            .setLastInference(sums.lastAnswer())
            .setInferenceCount(sums.images())
            .setExecutionCount(sums.executions())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(duration(sums.success()))
                    .setFail(duration(sums.fail()))
                    .setQueue(duration(sums.queue()))
                    .setComputeInput(duration(sums.input()))
                    .setComputeInfer(duration(sums.infer()))
                    .setComputeOutput(duration(sums.output())));
    sums.batches().forEach((size, batches) -> message.addBatchStats(batch(size, batches)));
    return message.build();
  }

  private static InferBatchStatistics batch(int size, Batches batches) {
    return InferBatchStatistics.newBuilder()
        .setBatchSize(size)
        .setComputeInput(duration(batches.input()))
        .setComputeInfer(duration(batches.infer()))
        .setComputeOutput(duration(batches.output()))
        .build();
  }

  private static StatisticDuration duration(Total total) {
    return StatisticDuration.newBuilder().setCount(total.count()).setNs(total.nanos()).build();
  }
}
