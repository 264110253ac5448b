/**
 * Sets of images behind one interface: folders, zips of folders, CIFAR and IDX files, and the
 * synthetic set.
 */
package dev.parallax.images.dataset;
