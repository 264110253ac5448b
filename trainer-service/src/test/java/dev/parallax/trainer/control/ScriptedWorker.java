package dev.parallax.trainer.control;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real worker process that behaves as the name of the model asks; it needs no engine and starts
 * at once.
 */
public final class ScriptedWorker {
  private static final Pattern MODEL = Pattern.compile("\"model\":\\s*\"([^\"]*)\"");
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private ScriptedWorker() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Path mark = directory.resolve("checkpoint");
    boolean resumed = Files.exists(mark);
    String model = model(directory);
    switch (model) {
      case "trains" -> {
        progress("epoch 1 of 2", 0.5);
        point(1, 4.0);
        point(2, 3.0);
        OUT.println("{\"warning\":\"an image is damaged: a.png\"}");
        point(3, 2.0);
        publish(model);
      }
      case "fails" -> {
        OUT.println("{\"failed\":\"the loss is NaN after step 3; lower the learning rate\"}");
        System.exit(1);
      }
      case "dies" -> {
        System.err.println("something terrible\n");
        System.exit(7);
      }
      case "ends" -> {}
      case "killed" -> {
        System.err.println("about to be killed");
        Runtime.getRuntime().halt(137);
      }
      case "killed-once" -> {
        if (resumed) {
          point(2, 2.5);
          point(3, 2.0);
          publish(model);
        } else {
          Files.createFile(mark);
          point(1, 4.0);
          point(2, 3.0);
          point(3, 2.75);
          Runtime.getRuntime().halt(139);
        }
      }
      case "resumes" -> {
        if (resumed) {
          publish(model);
        } else {
          Files.createFile(mark);
          waitForEndOfInput();
        }
      }
      case "waits" -> waitForEndOfInput();
      case "stubborn" -> {
        CountDownLatch never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(never)));
        point(1, 4.0);
        await(never);
      }
      case "noisy" -> {
        OUT.println("a library says hello");
        OUT.println("{\"no\":\"event\"");
        OUT.println("x".repeat(EventReader.MAX_LINE_BYTES * 3));
        for (int i = 0; i < 20_000; i++) {
          System.err.println(i + " " + "e".repeat(1000));
        }
        OUT.println("{\"aFieldOfANewerWorker\":1}");
        publish(model);
      }
      default -> throw new IllegalArgumentException(model);
    }
  }

  private static String model(Path directory) throws IOException {
    Matcher model = MODEL.matcher(Files.readString(directory.resolve("job.json")));
    if (!model.find()) {
      throw new IllegalArgumentException("job.json names no model");
    }
    return model.group(1);
  }

  private static void progress(String activity, double fraction) {
    OUT.println(
        "{\"progress\":{\"activity\":\"%s\",\"progress\":%s,\"etaSeconds\":9}}"
            .formatted(activity, fraction));
  }

  private static void point(int step, double loss) {
    OUT.println(
        "{\"point\":{\"step\":\"%d\",\"epoch\":%s,\"loss\":%s,\"learningRate\":0.1,\"viewsPerSecond\":100}}"
            .formatted(step, step / 10.0, loss));
  }

  private static void publish(String model) {
    OUT.println(
        "{\"published\":{\"model\":\"%s\",\"version\":\"1\",\"onnxParity\":1e-6,\"embeddingSize\":8}}"
            .formatted(model));
  }

  private static void waitForEndOfInput() throws IOException {
    point(1, 4.0);
    while (System.in.read() >= 0) {
      // only the end counts
    }
    Runtime.getRuntime().halt(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
