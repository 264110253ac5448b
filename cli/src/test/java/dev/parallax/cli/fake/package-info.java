/** Services that play the contract, in this process or as processes of their own. */
package dev.parallax.cli.fake;
