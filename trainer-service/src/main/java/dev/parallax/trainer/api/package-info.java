/** The service: gRPC, settings, health and metrics around the control plane. */
package dev.parallax.trainer.api;
