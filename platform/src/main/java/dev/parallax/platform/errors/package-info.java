/** What a caller did wrong, in one line. */
package dev.parallax.platform.errors;
