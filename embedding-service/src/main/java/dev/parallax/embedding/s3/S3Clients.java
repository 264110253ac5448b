package dev.parallax.embedding.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of S3 and of stores that speak its protocol. */
public final class S3Clients {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private S3Clients() {}

  /**
   * Credentials come from where the AWS SDK looks for them.
   *
   * @param endpoint empty: that of the region
   * @param pathStyle the bucket is part of the path, not of the host
   */
  public static S3Client open(Optional<URI> endpoint, String region, boolean pathStyle) {
    S3ClientBuilder client =
        S3Client.builder()
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT)
                    .build())
            .region(Region.of(region))
            .forcePathStyle(pathStyle)
            // not every store knows the SDK's own; what is fetched is compared with its sha256
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    endpoint.ifPresent(client::endpointOverride);
    return client.build();
  }
}
