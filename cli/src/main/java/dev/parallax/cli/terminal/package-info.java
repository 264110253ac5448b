/** What people see: progress, tables, numbers as text. */
package dev.parallax.cli.terminal;
