package dev.parallax.eval.features;

/**
 * An image without an embedding.
 *
 * @param name of the image in its dataset
 * @param reason one line
 */
public record Skipped(String name, String reason) {}
