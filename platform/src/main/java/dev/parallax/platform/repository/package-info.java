/**
 * Published models: immutable versions in a directory tree that is at once a valid Triton
 * repository.
 */
package dev.parallax.platform.repository;
