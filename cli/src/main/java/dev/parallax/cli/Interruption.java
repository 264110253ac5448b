package dev.parallax.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is to be done when the command is ended from outside (Ctrl-C, SIGTERM), last registered
 * first. The command's own thread goes on meanwhile; what fails for it then is not worth telling.
 */
public final class Interruption {
  /** Takes a registration back. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private final Deque<Runnable> actions = new ArrayDeque<>();
  private boolean finished;
  private boolean interrupted;

  /** One that runs when this process is told to end. */
  static Interruption ofProcess() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupt, "interruption"));
    return interruption;
  }

  /** Registers an action that must be quick or say what it waits for. */
  public synchronized Registration on(Runnable action) {
    actions.push(action);
    return () -> remove(action);
  }

  /** Runs the actions, unless the command has finished. */
  public void interrupt() {
    while (true) {
      Runnable action;
      synchronized (this) {
        if (finished) {
          return;
        }
        interrupted = true;
        action = actions.poll();
      }
      if (action == null) {
        return;
      }
      action.run();
    }
  }

  /** From here on there is nothing left to interrupt. */
  public synchronized void finish() {
    finished = true;
  }

  public synchronized boolean interrupted() {
    return interrupted;
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }
}
