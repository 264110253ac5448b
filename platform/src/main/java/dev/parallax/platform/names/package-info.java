/** Names and what they may be. */
package dev.parallax.platform.names;
