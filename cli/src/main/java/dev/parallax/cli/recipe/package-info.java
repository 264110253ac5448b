/** Recipes on the command line: fields set by their path, and recipes as text. */
package dev.parallax.cli.recipe;
