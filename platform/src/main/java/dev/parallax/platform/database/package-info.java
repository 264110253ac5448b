/** The database behind a service: an H2 file by default, PostgreSQL in production. */
package dev.parallax.platform.database;
