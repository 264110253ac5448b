/** Translates between the wire and the domain. */
package dev.parallax.embedding.api;
