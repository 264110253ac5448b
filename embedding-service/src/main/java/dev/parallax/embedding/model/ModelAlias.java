package dev.parallax.embedding.model;

/**
 * A name that stands for a version.
 *
 * @param version 1 or more
 * @param trafficPercent of the calls that name no version, 0 to 100; of {@link ModelAliases#CANARY}
 *     alone
 */
public record ModelAlias(String name, long version, int trafficPercent) {}
