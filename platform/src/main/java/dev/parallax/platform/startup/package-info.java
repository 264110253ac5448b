/** How a service that cannot start says why. */
package dev.parallax.platform.startup;
