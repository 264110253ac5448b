package dev.parallax.embedding.api.http;

import dev.parallax.platform.grpc.BindRule;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

/** By which names the service may be called. */
public enum Hosts {
  /** By any: who has no token gets nothing. */
  ANY,
  /**
   * As this machine calls itself. The page of another site whose name was made to point here still
   * asks for that name.
   */
  LOCAL;

  /**
   * @throws HttpRefusal 421: it was called by another
   */
  void check(HttpServerRequest request) {
    // absent in HTTP/1.0, which no browser speaks
    HostAndPort asked = request.authority();
    if (this == LOCAL && asked != null && !BindRule.isLoopback(asked.host())) {
      throw HttpRefusal.wrongHost(asked.host());
    }
  }
}
