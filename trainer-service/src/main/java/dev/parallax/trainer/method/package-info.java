/**
 * Methods at work: what a recipe's loss asks of its views, extraction and targets, one class for
 * each way of comparing. A class here composes; the mathematics is in the packages of the axes.
 */
package dev.parallax.trainer.method;
