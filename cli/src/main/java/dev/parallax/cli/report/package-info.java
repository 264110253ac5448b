/**
 * The report of one pretraining: a single HTML file that needs nothing but itself. Markup is made
 * of {@link dev.parallax.cli.report.Html}, which escapes whatever is put into it.
 */
package dev.parallax.cli.report;
