package dev.parallax.embedding.api.http;

/**
 * What a request brought; nobody changes it.
 *
 * @param bytes from 0 to {@code length}; what is behind means nothing
 */
record Body(byte[] bytes, int length) {}
