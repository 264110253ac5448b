/** Who may do what, and how much of it: one check for every door. */
package dev.parallax.embedding.access;
