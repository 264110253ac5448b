/** Where workers run: as processes of this machine. */
package dev.parallax.trainer.launch;
