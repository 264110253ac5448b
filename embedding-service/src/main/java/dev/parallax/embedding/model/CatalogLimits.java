package dev.parallax.embedding.model;

/**
 * How much of a repository is kept open.
 *
 * @param newestVersions versions per model that are loaded as soon as they appear, newest first, 1
 *     to 100
 * @param onDemandVersions older versions, over all models, that stay open after a call asked for
 *     them, 0 to 100; the one unused for longest gives way
 */
public record CatalogLimits(int newestVersions, int onDemandVersions) {
  private static final int MAX = 100;

  public CatalogLimits {
    if (newestVersions < 1 || newestVersions > MAX) {
      throw new IllegalArgumentException(
          "newestVersions is " + newestVersions + "; allowed: 1 to " + MAX);
    }
    if (onDemandVersions < 0 || onDemandVersions > MAX) {
      throw new IllegalArgumentException(
          "onDemandVersions is " + onDemandVersions + "; allowed: 0 to " + MAX);
    }
  }
}
