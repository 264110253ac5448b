/** A model repository in S3, mirrored into a directory from which it is served. */
package dev.parallax.embedding.s3;
