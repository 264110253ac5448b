package dev.parallax.embedding.monitor;

enum Silent implements ServingMonitor {
  INSTANCE;

  @Override
  public void decoded(String model, long nanos) {}

  @Override
  public void queued(String model, long nanos) {}

  @Override
  public void computed(String model, int images, long nanos) {}

  @Override
  public void executed(
      String model, long version, int images, long inputNanos, long inferNanos, long outputNanos) {}

  @Override
  public void answered(
      String model,
      long version,
      int images,
      long inputNanos,
      long queueNanos,
      long inferNanos,
      long outputNanos) {}

  @Override
  public void notAnswered(String model, long version, long nanos) {}

  @Override
  public void finished(String model, Outcome outcome) {}

  @Override
  public void dropped(String model, Drop reason) {}

  @Override
  public void refused(Refusal reason) {}

  @Override
  public void loaded(String model, boolean ready, long nanos) {}
}
