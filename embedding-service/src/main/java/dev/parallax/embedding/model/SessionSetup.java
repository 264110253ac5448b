package dev.parallax.embedding.model;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.parallax.embedding.provider.CpuArena;
import dev.parallax.embedding.provider.ExecutionProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link RuntimeSettings} in ONNX Runtime's own terms. What it returns is the caller's to close.
 */
final class SessionSetup {
  private final RuntimeSettings settings;

  SessionSetup(RuntimeSettings settings) {
    this.settings = requireNonNull(settings, "settings is null");
  }

  /**
   * @param providers in the order in which they take operators
   * @param device id of a GPU; means nothing to the CPU
   */
  SessionOptions session(List<ExecutionProvider> providers, int device) throws OrtException {
    SessionOptions options = new SessionOptions();
    boolean complete = false;
    try {
      options.setInterOpNumThreads(1);
      options.setIntraOpNumThreads(settings.intraOpThreads());
      options.setCPUArenaAllocator(settings.arena().isThere());
      options.setOptimizationLevel(settings.optimization().level());
      // a spinning thread takes the core from the batch beside it
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      for (ExecutionProvider provider : providers) {
        add(provider, device, options);
      }
      complete = true;
      return options;
    } finally {
      if (!complete) {
        options.close();
      }
    }
  }

  private void add(ExecutionProvider provider, int device, SessionOptions options)
      throws OrtException {
    switch (provider) {
      case TENSORRT -> {
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(device)) {
          for (Map.Entry<String, String> option : settings.tensorRt().options().entrySet()) {
            tensorRt.add(option.getKey(), option.getValue());
          }
          options.addTensorrt(tensorRt);
        }
      }
      case CUDA -> {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device)) {
          for (Map.Entry<String, String> option : settings.cuda().options().entrySet()) {
            cuda.add(option.getKey(), option.getValue());
          }
          options.addCUDA(cuda);
        }
      }
      case CPU -> {
        // every session has it
      }
    }
  }

  /** Empty: nothing but what ONNX Runtime does anyway. */
  Optional<RunOptions> run(List<ExecutionProvider> providers, int device) throws OrtException {
    if (settings.arena() != CpuArena.SHRINKS) {
      return Optional.empty();
    }
    boolean gpu = providers.stream().anyMatch(provider -> provider != ExecutionProvider.CPU);
    RunOptions options = new RunOptions();
    options.addRunConfigEntry(
        "memory.enable_memory_arena_shrinkage", gpu ? "cpu:0;gpu:" + device : "cpu:0");
    return Optional.of(options);
  }
}
