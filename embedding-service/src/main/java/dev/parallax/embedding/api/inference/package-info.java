/** The Open Inference Protocol: translates between its messages and the domain. */
package dev.parallax.embedding.api.inference;
