/** What every gRPC server does alike: errors, tokens and where it may listen. */
package dev.parallax.platform.grpc;
