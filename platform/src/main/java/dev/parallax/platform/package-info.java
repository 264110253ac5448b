/** platform. */
package dev.parallax.platform;
