package dev.parallax.platform.jobs;

/** A listener's place at a job. */
public interface JobWatch extends AutoCloseable {
  /** Ends the calls; twice does no harm. */
  @Override
  void close();
}
