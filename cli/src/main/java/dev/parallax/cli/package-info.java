/**
 * The {@code parallax} command: a thin gRPC client of the services, what starts them on one
 * machine, and the quickstart.
 */
package dev.parallax.cli;
