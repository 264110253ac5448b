/** One recipe, varied: a grid of trainings, each of them measured, compared in one table. */
package dev.parallax.cli.sweep;
