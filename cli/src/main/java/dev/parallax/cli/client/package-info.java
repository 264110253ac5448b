/** Calls to the services, and what their errors mean to the user. */
package dev.parallax.cli.client;
