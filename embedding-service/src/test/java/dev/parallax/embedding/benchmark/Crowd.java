package dev.parallax.embedding.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Clients that come again and again until they are stopped, and all rest when they are told to. */
final class Crowd {
  /** What a client does, once. */
  @FunctionalInterface
  interface Visit {
    void once() throws Exception;
  }

  /**
   * One client.
   *
   * @param kind under which its calls are counted
   * @param pause between two visits, on average
   */
  record Client(String kind, Duration pause, Visit visit) {}

  // fair: who wants all to rest gets it before the next visit
  private final ReentrantReadWriteLock rest = new ReentrantReadWriteLock(true);
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Outcomes outcomes;

  Crowd(Outcomes outcomes) {
    this.outcomes = outcomes;
  }

  void start(List<Client> clients) {
    clients.forEach(
        client ->
            threads.add(Thread.ofVirtual().name(client.kind()).start(() -> comeAndGo(client))));
  }

  private void comeAndGo(Client client) {
    while (!over.get()) {
      rest.readLock().lock();
      try {
        if (!over.get()) {
          client.visit().once();
        }
      } catch (Exception | AssertionError e) {
        outcomes.broke(client.kind(), e);
      } finally {
        rest.readLock().unlock();
      }
      try {
        long pause = client.pause().toNanos();
        TimeUnit.NANOSECONDS.sleep(ThreadLocalRandom.current().nextLong(2 * pause + 1));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits until every visit has ended; no other begins before {@link #resume}. */
  void rest() {
    rest.writeLock().lock();
  }

  /** On the thread that told them to rest. */
  void resume() {
    rest.writeLock().unlock();
  }

  /** Waits until every visit has ended. */
  void stop() throws InterruptedException {
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
