/** The three services as processes on this machine. */
package dev.parallax.cli.local;
