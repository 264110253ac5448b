package dev.parallax.trainer.api;

import dev.parallax.platform.startup.GrpcStartFailure;
import io.quarkus.logging.LoggingFilter;

/** Named by quarkus.log.console.filter. */
@LoggingFilter(name = "grpc-start")
public final class StartLog extends GrpcStartFailure {}
