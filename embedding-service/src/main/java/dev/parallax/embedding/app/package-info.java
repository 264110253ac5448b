/** Configuration, wiring, health and metrics of the running service. */
package dev.parallax.embedding.app;
