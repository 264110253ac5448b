/** Values from an independent implementation; {@code src/test/python/make_golden.py} makes them. */
package dev.parallax.trainer.golden;
