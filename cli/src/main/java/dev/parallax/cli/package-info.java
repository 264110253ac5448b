/** cli. */
package dev.parallax.cli;
