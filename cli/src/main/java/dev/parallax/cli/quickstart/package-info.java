/** The main job in one command: images to a pretrained, served and measured encoder. */
package dev.parallax.cli.quickstart;
