/** One durable queue and one state machine for every kind of long work. */
package dev.parallax.platform.jobs;
