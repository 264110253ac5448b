package dev.parallax.embedding.provider;

/** Why a provider does not compute. */
public sealed interface Absence {
  ExecutionProvider provider();

  /** One line. */
  String reason();

  /** The reason in a word, for a label. */
  String label();

  /** ONNX Runtime was built without it. */
  record NotInBuild(ExecutionProvider provider) implements Absence {
    @Override
    public String reason() {
      return "this build of ONNX Runtime has no %s provider".formatted(provider.title());
    }

    @Override
    public String label() {
      return "not_in_build";
    }
  }

  /** The machine has no GPU, or its driver cannot be seen from here. */
  record NoDriver(ExecutionProvider provider) implements Absence {
    @Override
    public String reason() {
      return "the NVIDIA driver was not found (%s)".formatted(NvidiaDriver.LIBRARY);
    }

    @Override
    public String label() {
      return "no_driver";
    }
  }

  /**
   * It is there and does not run the built-in model.
   *
   * @param message one line
   */
  record Failing(ExecutionProvider provider, int device, String message) implements Absence {
    @Override
    public String reason() {
      return "device %d does not compute: %s".formatted(device, message);
    }

    @Override
    public String label() {
      return "failing";
    }
  }
}
