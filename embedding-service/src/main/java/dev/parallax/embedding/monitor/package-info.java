/** What the service says about itself while it works. */
package dev.parallax.embedding.monitor;
