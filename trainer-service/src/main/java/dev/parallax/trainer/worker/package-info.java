/** The process that one job runs in. */
package dev.parallax.trainer.worker;
