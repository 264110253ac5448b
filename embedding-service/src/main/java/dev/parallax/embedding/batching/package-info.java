/** A bounded queue per model version and the executors that drain it in batches. */
package dev.parallax.embedding.batching;
