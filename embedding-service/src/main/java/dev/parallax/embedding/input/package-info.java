/** Images as callers send them, and what turns them into a model's input. */
package dev.parallax.embedding.input;
