/** The commands: options in, calls out, results as text or JSON. */
package dev.parallax.cli.command;
