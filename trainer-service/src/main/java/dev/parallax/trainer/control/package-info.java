/** Runs training jobs: supervises one worker process per job and keeps what it reports. */
package dev.parallax.trainer.control;
